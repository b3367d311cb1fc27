mod data;
mod data_refused;
