//! EPUB 3: a title page, a document a chapter, a table of contents.

use std::fmt::Write as _;

use zip::result::ZipError;

use super::Work;
use super::markup::{Dialect, elements, escaped};
use super::package::Package;

const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">
<rootfiles>
<rootfile full-path=\"EPUB/package.opf\" media-type=\"application/oebps-package+xml\"/>
</rootfiles>
</container>
";

const STYLE: &str = "\
body { margin: 5%; line-height: 1.5; }
h1 { font-size: 1.8em; line-height: 1.2; text-align: center; margin: 25% 0 1em; }
h2 { font-size: 1.4em; line-height: 1.25; text-align: center; margin: 3em 0 1.5em; page-break-after: avoid; }
h3 { font-size: 1em; margin: 2em 0 1em; page-break-after: avoid; }
p { margin: 0; text-indent: 1.4em; }
h2 + p, h3 + p, h4 + p, hr + p, .page + p, .lines, blockquote p, aside p { text-indent: 0; }
blockquote { margin: 1em 1.4em; }
blockquote p + p { margin-top: .5em; }
ul, ol { margin: 1em 0; }
table { margin: 1em auto; border-collapse: collapse; }
th, td { padding: .2em .6em; text-align: start; border-bottom: 1px solid; }
.small-caps { font-variant: small-caps; }
sup, sub { line-height: 0; }
.notes { margin-top: 3em; font-size: .85em; }
.author, .rights, .page { text-indent: 0; text-align: center; }
.author { font-size: 1.2em; margin-bottom: 3em; }
.description { text-indent: 0; margin-bottom: 1em; }
.rights { font-size: .85em; margin-top: 3em; }
.page { font-size: .75em; }
hr.break { border: none; width: 20%; margin: 1.5em auto; border-top: 1px solid; }
nav ol { list-style-type: none; padding: 0; }
";

pub(super) fn write(work: &Work) -> Result<Vec<u8>, ZipError> {
    let mut package = Package::new();
    package.stored("mimetype", "application/epub+zip")?;
    package.file("META-INF/container.xml", CONTAINER)?;
    package.file("EPUB/package.opf", &opf(work))?;
    package.file("EPUB/nav.xhtml", &nav(work))?;
    package.file("EPUB/style.css", STYLE)?;
    package.file("EPUB/title.xhtml", &title_page(work))?;
    for (index, (title, body)) in work.chapters.iter().enumerate() {
        let title = escaped(title);
        let section = format!(
            "<section epub:type=\"chapter\" role=\"doc-chapter\">\n<h2>{title}</h2>\n{}</section>\n",
            elements(body, Dialect { epub: true, prefix: "" })
        );
        package.file(&format!("EPUB/{}.xhtml", name(index)), &document(work, &title, &section))?;
    }
    package.finish()
}

/// The id of a chapter's document, and its file's name.
fn name(index: usize) -> String {
    format!("chapter-{:03}", index + 1)
}

fn opf(work: &Work) -> String {
    let (language, direction) = (&work.language, work.direction());
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"id\" \
         xml:lang=\"{language}\" dir=\"{direction}\">\n\
         <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <dc:identifier id=\"id\">urn:uuid:{}</dc:identifier>\n",
        work.uuid
    );
    if !work.isbn.is_empty() {
        let _ = writeln!(out, "<dc:identifier id=\"isbn\">urn:isbn:{}</dc:identifier>", work.isbn);
    }
    let description = work.description.join("\n\n");
    for (element, value) in [
        ("title", &work.title),
        ("creator", &work.author),
        ("language", language),
        ("rights", &work.rights),
        ("description", &description),
    ] {
        if !value.is_empty() {
            let _ = writeln!(out, "<dc:{element}>{}</dc:{element}>", escaped(value));
        }
    }
    let _ = writeln!(out, "<meta property=\"dcterms:modified\">{}</meta>", work.modified);
    for (property, value) in [
        ("accessMode", "textual"),
        ("accessModeSufficient", "textual"),
        ("accessibilityFeature", "tableOfContents"),
        ("accessibilityFeature", "readingOrder"),
        ("accessibilityHazard", "none"),
    ] {
        let _ = writeln!(out, "<meta property=\"schema:{property}\">{value}</meta>");
    }
    out.push_str("</metadata>\n<manifest>\n");
    for (id, file, kind, properties) in [
        ("nav", "nav.xhtml", "application/xhtml+xml", " properties=\"nav\""),
        ("style", "style.css", "text/css", ""),
        ("title", "title.xhtml", "application/xhtml+xml", ""),
    ] {
        let _ = writeln!(out, "<item id=\"{id}\" href=\"{file}\" media-type=\"{kind}\"{properties}/>");
    }
    for name in (0..work.chapters.len()).map(name) {
        let _ =
            writeln!(out, "<item id=\"{name}\" href=\"{name}.xhtml\" media-type=\"application/xhtml+xml\"/>");
    }
    let _ = write!(
        out,
        "</manifest>\n<spine page-progression-direction=\"{direction}\">\n<itemref idref=\"title\"/>\n"
    );
    for name in (0..work.chapters.len()).map(name) {
        let _ = writeln!(out, "<itemref idref=\"{name}\"/>");
    }
    out.push_str("</spine>\n</package>\n");
    out
}

fn nav(work: &Work) -> String {
    let title = escaped(&work.title);
    let mut body = format!(
        "<nav epub:type=\"toc\" role=\"doc-toc\">\n<ol>\n<li><a href=\"title.xhtml\">{title}</a></li>\n"
    );
    for (index, (title, _)) in work.chapters.iter().enumerate() {
        let _ = writeln!(body, "<li><a href=\"{}.xhtml\">{}</a></li>", name(index), escaped(title));
    }
    body.push_str("</ol>\n</nav>\n");
    document(work, &title, &body)
}

fn title_page(work: &Work) -> String {
    let title = escaped(&work.title);
    let mut body = format!("<section epub:type=\"titlepage\">\n<h1>{title}</h1>\n");
    let mut line = |class: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(body, "<p class=\"{class}\">{}</p>", escaped(text));
        }
    };
    line("author", &work.author);
    work.description.iter().for_each(|paragraph| line("description", paragraph));
    line("rights", &work.rights);
    if !work.isbn.is_empty() {
        line("rights", &format!("ISBN {}", work.isbn));
    }
    body.push_str("</section>\n");
    document(work, &title, &body)
}

/// Makes a document; title and body are markup already.
fn document(work: &Work, title: &str, body: &str) -> String {
    let (language, direction) = (&work.language, work.direction());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" \
         lang=\"{language}\" xml:lang=\"{language}\" dir=\"{direction}\">\n\
         <head>\n<title>{title}</title>\n<link rel=\"stylesheet\" type=\"text/css\" href=\"style.css\"/>\n</head>\n\
         <body>\n{body}</body>\n</html>\n"
    )
}
