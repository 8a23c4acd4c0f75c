//! DOCX (Office Open XML): styles for title, chapters, body and scene breaks; properties; page numbers.

use std::fmt::Write as _;

use zip::result::ZipError;

use super::Work;
use super::inline::Run;
use super::markup::escaped;
use super::package::Package;
use super::prose::Block;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

const CONTENT_TYPES: &str = "\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" \
ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" \
ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/footer1.xml\" \
ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
<Override PartName=\"/docProps/app.xml\" \
ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/>\
</Types>
";

const RELATIONS: &str = "\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" \
Target=\"docProps/core.xml\"/>\
<Relationship Id=\"rId3\" \
Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties\" \
Target=\"docProps/app.xml\"/>\
</Relationships>
";

const DOCUMENT_RELATIONS: &str = "\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" \
Target=\"styles.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" \
Target=\"footer1.xml\"/>\
</Relationships>
";

const APP: &str = "\
<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">\
<Application>Galley</Application></Properties>
";

pub(super) fn write(work: &Work) -> Result<Vec<u8>, ZipError> {
    let mut package = Package::new();
    let mut part = |name: &str, content: &str| package.file(name, &format!("{HEAD}{content}"));
    part("[Content_Types].xml", CONTENT_TYPES)?;
    part("_rels/.rels", RELATIONS)?;
    part("docProps/core.xml", &core(work))?;
    part("docProps/app.xml", APP)?;
    part("word/_rels/document.xml.rels", DOCUMENT_RELATIONS)?;
    part("word/styles.xml", &styles(work))?;
    part("word/footer1.xml", &footer())?;
    part("word/document.xml", &document(work))?;
    package.finish()
}

fn core(work: &Work) -> String {
    let mut out = "<cp:coreProperties \
        xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
        xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
        xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
        .to_owned();
    let identifier = if work.isbn.is_empty() {
        format!("urn:uuid:{}", work.uuid)
    } else {
        format!("urn:isbn:{}", work.isbn)
    };
    let description = work.description.join("\n\n");
    for (element, value) in [
        ("dc:title", &work.title),
        ("dc:creator", &work.author),
        ("dc:description", &description),
        ("dc:identifier", &identifier),
        ("dc:language", &work.language),
        ("cp:lastModifiedBy", &work.author),
    ] {
        if !value.is_empty() {
            let _ = write!(out, "<{element}>{}</{element}>", escaped(value));
        }
    }
    for element in ["created", "modified"] {
        let _ = write!(
            out,
            "<dcterms:{element} xsi:type=\"dcterms:W3CDTF\">{}</dcterms:{element}>",
            work.modified
        );
    }
    out.push_str("</cp:coreProperties>\n");
    out
}

/// A paragraph style: id, name, the style that follows, paragraph properties, run properties.
type Style = (&'static str, &'static str, &'static str, &'static str, &'static str);

const STYLES: [Style; 10] = [
    (
        "Title",
        "Title",
        "Subtitle",
        "<w:spacing w:before=\"3600\" w:after=\"240\"/><w:jc w:val=\"center\"/>",
        SIZE_TITLE,
    ),
    (
        "Subtitle",
        "Subtitle",
        "BodyText",
        "<w:spacing w:after=\"480\"/><w:jc w:val=\"center\"/>",
        SIZE_SUBTITLE,
    ),
    (
        "Heading1",
        "heading 1",
        "FirstParagraph",
        "<w:keepNext/><w:pageBreakBefore/><w:spacing w:before=\"1440\" w:after=\"480\"/><w:jc w:val=\"center\"/>\
         <w:outlineLvl w:val=\"0\"/>",
        SIZE_CHAPTER,
    ),
    (
        "Heading2",
        "heading 2",
        "FirstParagraph",
        "<w:keepNext/><w:spacing w:before=\"360\" w:after=\"120\"/><w:outlineLvl w:val=\"1\"/>",
        "<w:b/><w:bCs/>",
    ),
    ("BodyText", "Body Text", "BodyText", "<w:ind w:firstLine=\"360\"/>", ""),
    ("FirstParagraph", "First Paragraph", "BodyText", "", ""),
    (
        "SceneBreak",
        "Scene Break",
        "FirstParagraph",
        "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"240\"/><w:jc w:val=\"center\"/>",
        "",
    ),
    ("PageNumber", "Manuscript Page", "BodyText", "<w:jc w:val=\"right\"/>", SIZE_NOTE),
    ("Rights", "Rights", "BodyText", "<w:spacing w:before=\"480\"/><w:jc w:val=\"center\"/>", SIZE_NOTE),
    ("Footer", "footer", "Footer", "<w:jc w:val=\"center\"/>", SIZE_NOTE),
];

const SIZE_TITLE: &str = "<w:sz w:val=\"52\"/><w:szCs w:val=\"52\"/>";
const SIZE_SUBTITLE: &str = "<w:sz w:val=\"30\"/><w:szCs w:val=\"30\"/>";
const SIZE_CHAPTER: &str = "<w:sz w:val=\"34\"/><w:szCs w:val=\"34\"/>";
const SIZE_NOTE: &str = "<w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/>";

fn styles(work: &Work) -> String {
    let language = &work.language;
    let mut out = format!(
        "<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>\
         <w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:cs=\"Times New Roman\"/>\
         <w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/>\
         <w:lang w:val=\"{language}\" w:eastAsia=\"{language}\" w:bidi=\"{language}\"/>\
         </w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:line=\"320\" w:lineRule=\"auto\"/></w:pPr>\
         </w:pPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>"
    );
    let bidi = if work.right_to_left { "<w:bidi/>" } else { "" };
    for (id, name, next, paragraph, run) in STYLES {
        // The schema has an order: what keeps and breaks, then direction, then space and place.
        let at = ["<w:spacing", "<w:ind", "<w:jc", "<w:outlineLvl"]
            .iter()
            .filter_map(|tag| paragraph.find(tag))
            .min()
            .unwrap_or(paragraph.len());
        let (keeps, rest) = paragraph.split_at(at);
        let _ = write!(
            out,
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:next w:val=\"{next}\"/><w:qFormat/><w:pPr>{keeps}{bidi}{rest}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        );
    }
    out.push_str("</w:styles>\n");
    out
}

fn footer() -> String {
    format!(
        "<w:ftr {W}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>\
         <w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>\
         <w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p></w:ftr>\n"
    )
}

fn document(work: &Work) -> String {
    let mut body = Body { xml: String::new(), right_to_left: work.right_to_left };
    body.line("Title", &work.title);
    for (style, text) in [("Subtitle", &work.author), ("Rights", &work.rights)] {
        if !text.is_empty() {
            body.line(style, text);
        }
    }
    if !work.isbn.is_empty() {
        body.line("Rights", &format!("ISBN {}", work.isbn));
    }
    for (title, blocks) in &work.chapters {
        body.line("Heading1", title);
        let mut first = true;
        for block in blocks {
            let style = if first { "FirstParagraph" } else { "BodyText" };
            match block {
                Block::Paragraph(runs) => body.paragraph(style, runs),
                Block::Heading(runs) => body.paragraph("Heading2", runs),
                Block::Break => body.line("SceneBreak", "* * *"),
                Block::Page(number) => body.line("PageNumber", &number.to_string()),
            }
            first = !matches!(block, Block::Paragraph(_));
        }
    }
    let bidi = if work.right_to_left { "<w:bidi/>" } else { "" };
    format!(
        "<w:document {W} xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><w:body>{}\
         <w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"709\" w:footer=\"709\" \
         w:gutter=\"0\"/><w:titlePg/>{bidi}</w:sectPr></w:body></w:document>\n",
        body.xml
    )
}

/// The document's paragraphs.
struct Body {
    xml: String,
    right_to_left: bool,
}

impl Body {
    fn line(&mut self, style: &str, text: &str) {
        self.paragraph(style, &[Run { text: text.to_owned(), ..Run::default() }]);
    }

    fn paragraph(&mut self, style: &str, runs: &[Run]) {
        let _ = write!(self.xml, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>");
        for run in runs {
            let mut looks = String::new();
            if run.strong {
                looks.push_str("<w:b/><w:bCs/>");
            }
            if run.emphasis {
                looks.push_str("<w:i/><w:iCs/>");
            }
            if self.right_to_left {
                looks.push_str("<w:rtl/>");
            }
            if !looks.is_empty() {
                looks = format!("<w:rPr>{looks}</w:rPr>");
            }
            let text = escaped(&run.text);
            let _ = write!(self.xml, "<w:r>{looks}<w:t xml:space=\"preserve\">{text}</w:t></w:r>");
        }
        self.xml.push_str("</w:p>\n");
    }
}
