mod rules;
mod rules_complete;
mod rules_messages;
mod rules_tree;
