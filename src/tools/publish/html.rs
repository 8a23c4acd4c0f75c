//! One HTML file that needs no other: for a screen and for paper, without scripts.

use std::fmt::Write as _;

use super::Work;
use super::markup::{Dialect, elements, escaped};

const STYLE: &str = "\
:root { color-scheme: light dark; }
body { max-width: 34em; margin: 0 auto; padding: 2em 1.2em 6em; font: 1.1rem/1.6 Georgia, 'Noto Serif', serif; }
header { margin: 14vh 0 10vh; text-align: center; }
h1 { font-size: 2.2em; line-height: 1.2; margin: 0 0 .5em; }
h2 { font-size: 1.5em; line-height: 1.25; margin: 4em 0 1.5em; text-align: center; }
h3 { font-size: 1em; margin: 2em 0 1em; }
header p, nav li, footer p { text-indent: 0; }
.description { text-align: start; font-style: italic; margin-top: 2em; }
nav ol { list-style: none; padding: 0; }
nav a { color: inherit; }
p { margin: 0; text-indent: 1.4em; hyphens: auto; overflow-wrap: break-word; }
h2 + p, h3 + p, h4 + p, hr + p, .page + p, .lines, blockquote p, td p, aside p { text-indent: 0; }
blockquote { margin: 1.2em 1.4em; }
blockquote p + p { margin-top: .6em; }
ul, ol { margin: 1em 0; padding-inline-start: 1.6em; }
table { margin: 1.2em auto; border-collapse: collapse; }
th, td { padding: .2em .8em; text-align: start; border-bottom: 1px solid; }
.small-caps { font-variant: small-caps; }
sup, sub { line-height: 0; }
.notes { margin-top: 3em; font-size: .85em; }
.notes a, a[role=doc-noteref] { color: inherit; text-decoration: none; }
hr.break { border: 0; margin: 1.6em 0; text-align: center; }
hr.break::before { content: '* * *'; }
.page { text-indent: 0; text-align: end; font-size: .75em; opacity: .6; }
footer { margin-top: 6em; font-size: .85em; text-align: center; }
@media print {
  @page { margin: 22mm 20mm; }
  body { max-width: none; padding: 0; font-size: 11pt; line-height: 1.4; color: #000; background: #fff; }
  header { margin: 30vh 0 0; }
  nav { display: none; }
  section { break-before: page; }
  h2, h3 { break-after: avoid; }
  p { orphans: 2; widows: 2; text-align: justify; }
  hr.break { break-after: avoid; }
}
";

pub(super) fn write(work: &Work) -> String {
    let (title, author) = (escaped(&work.title), escaped(&work.author));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n\
         <title>{title}</title>\n",
        work.language,
        work.direction()
    );
    let description = work.description.join(" ");
    for (name, value) in
        [("author", &work.author), ("description", &description), ("copyright", &work.rights)]
    {
        if !value.is_empty() {
            let _ = writeln!(out, "<meta name=\"{name}\" content=\"{}\"/>", escaped(value));
        }
    }
    let _ = write!(out, "<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n");
    if !author.is_empty() {
        let _ = writeln!(out, "<p>{author}</p>");
    }
    for paragraph in &work.description {
        let _ = writeln!(out, "<p class=\"description\">{}</p>", escaped(paragraph));
    }
    out.push_str("</header>\n");
    if work.chapters.len() > 1 {
        out.push_str("<nav>\n<ol>\n");
        for (index, (title, _)) in work.chapters.iter().enumerate() {
            let _ = writeln!(out, "<li><a href=\"#chapter-{}\">{}</a></li>", index + 1, escaped(title));
        }
        out.push_str("</ol>\n</nav>\n");
    }
    out.push_str("<main>\n");
    for (index, (title, body)) in work.chapters.iter().enumerate() {
        let prefix = format!("chapter-{}-", index + 1);
        let _ = write!(
            out,
            "<section id=\"chapter-{}\">\n<h2>{}</h2>\n{}</section>\n",
            index + 1,
            escaped(title),
            elements(body, Dialect { epub: false, prefix: &prefix })
        );
    }
    out.push_str("</main>\n");
    let mut colophon = vec![escaped(&work.rights)];
    if !work.isbn.is_empty() {
        colophon.push(format!("ISBN {}", work.isbn));
    }
    colophon.retain(|line| !line.is_empty());
    if !colophon.is_empty() {
        let _ = writeln!(out, "<footer>\n<p>{}</p>\n</footer>", colophon.join("</p>\n<p>"));
    }
    out.push_str("</body>\n</html>\n");
    out
}
