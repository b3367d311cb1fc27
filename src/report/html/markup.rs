use std::fmt::Display;

use crate::report::clean;

/// Writer of HTML. Everything but our own literals is escaped: there is no other way to add text.
#[derive(Debug, Default)]
pub struct Html(String);

impl Html {
    /// Writes the template. Each `{}` in it is replaced by the next of `texts`, escaped for elements and quoted
    /// attributes.
    pub fn put(&mut self, template: &'static str, texts: &[&dyn Display]) -> &mut Self {
        let mut texts = texts.iter();
        for (i, part) in template.split("{}").enumerate() {
            if i > 0
                && let Some(text) = texts.next()
            {
                self.text(&text.to_string());
            }
            self.0.push_str(part);
        }
        self
    }

    /// Writes our own markup.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Writes text as one line.
    fn text(&mut self, text: &str) {
        for c in clean::line(text).chars() {
            self.escaped(c);
        }
    }

    /// Writes lines and spaces as they are, for a `<pre>`.
    pub fn lines(&mut self, lines: &[String]) {
        for (i, line) in lines.iter().enumerate() {
            if i > 0 {
                self.0.push('\n');
            }
            line.chars().for_each(|c| self.escaped(c));
        }
    }

    fn escaped(&mut self, c: char) {
        match c {
            '&' => self.0.push_str("&amp;"),
            '<' => self.0.push_str("&lt;"),
            '>' => self.0.push_str("&gt;"),
            '"' => self.0.push_str("&quot;"),
            '\'' => self.0.push_str("&#39;"),
            c => self.0.push(c),
        }
    }

    pub fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_stays_text() {
        let mut html = Html::default();
        html.put("<a title=\"{}\">{}</a>", &[&"\" onclick='x'", &"</a><script>\u{202e}&\n{}"]);
        let expected = "<a title=\"&quot; onclick=&#39;x&#39;\">&lt;/a&gt;&lt;script&gt;&amp; {}</a>";
        assert_eq!(html.finish(), expected);
    }
}
