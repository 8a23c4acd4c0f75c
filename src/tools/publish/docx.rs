//! DOCX (Office Open XML): styles for title, chapters, body and scene breaks; properties; page numbers.

use std::fmt::Write as _;

use zip::result::ZipError;

use super::Work;
use super::markup::{escaped, is_address};
use super::package::Package;
use super::prose::{self, Piece};
use crate::formats::document::{Block, Inline, Style as Look};
use crate::formats::marks::{Mark, marks};

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
<Override PartName=\"/word/numbering.xml\" \
ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>\
<Override PartName=\"/word/footnotes.xml\" \
ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml\"/>\
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

/// How deep lists are nested at most, counted from 0; Word knows no more.
const MAX_DEPTH: u8 = 8;
/// How far a list is indented, in twentieths of a point.
const INDENT: usize = 425;

const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

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
    let mut body = Body::new(work);
    let document = document(work, &mut body);
    part("word/_rels/document.xml.rels", &relations(&body.links))?;
    if !body.note_links.is_empty() {
        part("word/_rels/footnotes.xml.rels", &relations_of(&body.note_links, ""))?;
    }
    part("word/styles.xml", &styles(work))?;
    part("word/numbering.xml", &numbering(&body.starts))?;
    part("word/footer1.xml", &footer())?;
    part("word/footnotes.xml", &footnotes(&body.notes))?;
    part("word/document.xml", &document)?;
    package.finish()
}

fn relations(links: &[String]) -> String {
    let mut parts = String::new();
    for (id, kind, target) in [
        ("rId1", "styles", "styles.xml"),
        ("rId2", "footer", "footer1.xml"),
        ("rId3", "footnotes", "footnotes.xml"),
        ("rId4", "numbering", "numbering.xml"),
    ] {
        let _ = write!(parts, "<Relationship Id=\"{id}\" Type=\"{RELATION}/{kind}\" Target=\"{target}\"/>");
    }
    relations_of(links, &parts)
}

/// The relations of a part: those that are written already, and its links.
fn relations_of(links: &[String], parts: &str) -> String {
    let mut out = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{parts}"
    );
    for (index, target) in links.iter().enumerate() {
        let _ = write!(
            out,
            "<Relationship Id=\"link{}\" Type=\"{RELATION}/hyperlink\" Target=\"{}\" TargetMode=\"External\"/>",
            index + 1,
            escaped(target)
        );
    }
    out.push_str("</Relationships>\n");
    out
}

/// The lists: the first has bullets, the others numbers, each from its own start at its own depth.
fn numbering(starts: &[(u8, u32)]) -> String {
    let mut out = format!("<w:numbering {W}>");
    for (kind, format) in [(0, "bullet"), (1, "decimal")] {
        let _ =
            write!(out, "<w:abstractNum w:abstractNumId=\"{kind}\"><w:multiLevelType w:val=\"multilevel\"/>");
        for depth in 0..=MAX_DEPTH {
            let text = if kind == 0 { "•".to_owned() } else { format!("%{}.", depth + 1) };
            let left = INDENT * (usize::from(depth) + 1);
            let _ = write!(
                out,
                "<w:lvl w:ilvl=\"{depth}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{text}\"/>\
                 <w:lvlJc w:val=\"start\"/><w:pPr><w:ind w:left=\"{left}\" w:hanging=\"{INDENT}\"/></w:pPr></w:lvl>"
            );
        }
        out.push_str("</w:abstractNum>");
    }
    out.push_str("<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>");
    for (index, (depth, start)) in starts.iter().enumerate() {
        let _ = write!(
            out,
            "<w:num w:numId=\"{}\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride w:ilvl=\"{depth}\">\
             <w:startOverride w:val=\"{start}\"/></w:lvlOverride></w:num>",
            index + 2
        );
    }
    out.push_str("</w:numbering>\n");
    out
}

/// The notes at the foot of a page; the first two of every document are the lines above them.
fn footnotes(notes: &str) -> String {
    format!(
        "<w:footnotes {W} xmlns:r=\"{RELATION}\">\
         <w:footnote w:type=\"separator\" w:id=\"-1\"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>\
         <w:footnote w:type=\"continuationSeparator\" w:id=\"0\"><w:p><w:r><w:continuationSeparator/></w:r></w:p>\
         </w:footnote>{notes}</w:footnotes>\n"
    )
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

const STYLES: [Style; 13] = [
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
    (
        "Quote",
        "Quote",
        "BodyText",
        "<w:spacing w:before=\"120\" w:after=\"120\"/><w:ind w:left=\"567\" w:right=\"567\"/>",
        "",
    ),
    ("ListParagraph", "List Paragraph", "ListParagraph", "", ""),
    ("FootnoteText", "footnote text", "FootnoteText", "", SIZE_NOTE),
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
    out.push_str(
        "<w:style w:type=\"character\" w:styleId=\"FootnoteReference\"><w:name w:val=\"footnote reference\"/><w:rPr>\
         <w:vertAlign w:val=\"superscript\"/></w:rPr></w:style>\
         <w:style w:type=\"table\" w:styleId=\"Grid\"><w:name w:val=\"Table Grid\"/><w:tblPr><w:tblBorders>\
         <w:top w:val=\"single\" w:sz=\"4\"/><w:bottom w:val=\"single\" w:sz=\"4\"/>\
         <w:insideH w:val=\"single\" w:sz=\"4\"/></w:tblBorders></w:tblPr></w:style></w:styles>\n",
    );
    out
}

fn footer() -> String {
    format!(
        "<w:ftr {W}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>\
         <w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>\
         <w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p></w:ftr>\n"
    )
}

fn document(work: &Work, body: &mut Body) -> String {
    body.line("Title", &work.title);
    for (style, text) in [("Subtitle", &work.author), ("Rights", &work.rights)] {
        if !text.is_empty() {
            body.line(style, text);
        }
    }
    if !work.isbn.is_empty() {
        body.line("Rights", &format!("ISBN {}", work.isbn));
    }
    for (title, chapter) in &work.chapters {
        body.line("Heading1", title);
        body.chapter(chapter);
    }
    let bidi = if work.right_to_left { "<w:bidi/>" } else { "" };
    format!(
        "<w:document {W} xmlns:r=\"{RELATION}\"><w:body>{}\
         <w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"709\" w:footer=\"709\" \
         w:gutter=\"0\"/><w:titlePg/>{bidi}</w:sectPr></w:body></w:document>\n",
        body.xml
    )
}

/// The document's paragraphs, and what other parts hold of them.
struct Body {
    xml: String,
    right_to_left: bool,
    /// The footnotes.
    notes: String,
    /// Where the links of the document lead.
    links: Vec<String>,
    /// Where those of the footnotes lead.
    note_links: Vec<String>,
    /// How many notes the chapters before have.
    notes_before: usize,
    /// The highest number of a note that has its mark: a footnote has one.
    referred: usize,
    /// The depth and the first number of each numbered list.
    starts: Vec<(u8, u32)>,
}

impl Body {
    fn new(work: &Work) -> Self {
        Self {
            xml: String::new(),
            right_to_left: work.right_to_left,
            notes: String::new(),
            links: Vec::new(),
            note_links: Vec::new(),
            notes_before: 0,
            referred: 0,
            starts: Vec::new(),
        }
    }

    fn chapter(&mut self, chapter: &prose::Body) {
        let mut first = true;
        for piece in &chapter.pieces {
            match piece {
                Piece::Page(number) => self.line("PageNumber", &number.to_string()),
                Piece::Block(block) => self.block(block, first),
            }
            first = !matches!(piece, Piece::Block(Block::Paragraph(_)));
        }
        for (index, words) in chapter.notes.iter().enumerate() {
            let number = self.notes_before + index + 1;
            if number > self.referred {
                // No mark leads to it: it stands at the end of its chapter.
                self.paragraph("FootnoteText", "", words);
            } else {
                let runs = self.runs(words, true);
                let _ = write!(
                    self.notes,
                    "<w:footnote w:id=\"{number}\"><w:p><w:pPr><w:pStyle w:val=\"FootnoteText\"/></w:pPr><w:r><w:rPr>\
                     <w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteRef/></w:r><w:r>\
                     <w:t xml:space=\"preserve\"> </w:t></w:r>{runs}</w:p></w:footnote>"
                );
            }
        }
        self.notes_before += chapter.notes.len();
        self.referred = self.notes_before;
    }

    fn block(&mut self, block: &Block, first: bool) {
        match block {
            Block::Paragraph(words) => {
                self.paragraph(if first { "FirstParagraph" } else { "BodyText" }, "", words);
            }
            Block::Heading { words, .. } => self.paragraph("Heading2", "", words),
            Block::SceneBreak => self.line("SceneBreak", "* * *"),
            Block::Quote(paragraphs) => {
                for words in paragraphs {
                    self.paragraph("Quote", "", words);
                }
            }
            Block::List(items) => {
                let mut open = Vec::new();
                for item in items {
                    let place = self.place_in_list(item.depth.min(MAX_DEPTH), item.number, &mut open);
                    self.paragraph("ListParagraph", &place, &item.words);
                }
            }
            Block::Table(rows) => self.table(rows),
            // A body has neither.
            Block::Figure { .. } | Block::Note { .. } => {}
        }
    }

    /// Returns what makes a paragraph an item: its list, which is a new one where the numbers do not go on.
    /// `open` holds for each depth the list there and its next number.
    fn place_in_list(&mut self, depth: u8, number: Option<u32>, open: &mut Vec<(usize, u32)>) -> String {
        let list = match number {
            None => {
                open.truncate(usize::from(depth));
                1
            }
            Some(number) => {
                open.truncate(usize::from(depth) + 1);
                let known =
                    open.get(usize::from(depth)).filter(|(_, next)| *next == number).map(|(list, _)| *list);
                let list = known.unwrap_or_else(|| {
                    self.starts.push((depth, number));
                    self.starts.len() + 1
                });
                open.resize(usize::from(depth) + 1, (0, u32::MAX));
                open[usize::from(depth)] = (list, number.saturating_add(1));
                list
            }
        };
        format!("<w:numPr><w:ilvl w:val=\"{depth}\"/><w:numId w:val=\"{list}\"/></w:numPr>")
    }

    fn table(&mut self, rows: &[Vec<Vec<Inline>>]) {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        self.xml.push_str("<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/>");
        if self.right_to_left {
            self.xml.push_str("<w:bidiVisual/>");
        }
        self.xml.push_str("<w:tblW w:w=\"0\" w:type=\"auto\"/></w:tblPr><w:tblGrid>");
        self.xml.push_str(&"<w:gridCol/>".repeat(width));
        self.xml.push_str("</w:tblGrid>\n");
        for (index, cells) in rows.iter().enumerate() {
            self.xml.push_str(if index == 0 { "<w:tr><w:trPr><w:tblHeader/></w:trPr>" } else { "<w:tr>" });
            for column in 0..width {
                self.xml.push_str("<w:tc>");
                self.paragraph("FirstParagraph", "", cells.get(column).map_or(&[], Vec::as_slice));
                self.xml.push_str("</w:tc>");
            }
            self.xml.push_str("</w:tr>\n");
        }
        self.xml.push_str("</w:tbl>\n");
    }

    fn line(&mut self, style: &str, text: &str) {
        self.paragraph(style, "", &[Inline::plain(text)]);
    }

    fn paragraph(&mut self, style: &str, more: &str, words: &[Inline]) {
        let runs = self.runs(words, false);
        let _ = writeln!(self.xml, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{more}</w:pPr>{runs}</w:p>");
    }

    fn runs(&mut self, words: &[Inline], in_note: bool) -> String {
        let mut out = String::new();
        let mut looks = Vec::new();
        for mark in marks(words) {
            match mark {
                Mark::Open(look) => looks.push(look),
                Mark::Close(_) => drop(looks.pop()),
                Mark::Text(text) => {
                    let looks = self.looks(&looks);
                    // A tabulator is an element of its own.
                    for (index, text) in text.split('\t').enumerate() {
                        let tab = if index > 0 { "<w:tab/>" } else { "" };
                        let text = escaped(text);
                        let _ =
                            write!(out, "<w:r>{looks}{tab}<w:t xml:space=\"preserve\">{text}</w:t></w:r>");
                    }
                }
                Mark::LineBreak => out.push_str("<w:r><w:br/></w:r>"),
                Mark::OpenLink(target) if is_address(target) => {
                    let links = if in_note { &mut self.note_links } else { &mut self.links };
                    links.push(target.to_owned());
                    let _ = write!(out, "<w:hyperlink r:id=\"link{}\">", links.len());
                }
                Mark::CloseLink(target) if is_address(target) => out.push_str("</w:hyperlink>"),
                Mark::OpenLink(_) | Mark::CloseLink(_) => {}
                Mark::Note(number) => self.reference(number, &mut out),
            }
        }
        out
    }

    fn reference(&mut self, number: &str, out: &mut String) {
        let id = self.notes_before + number.parse::<usize>().unwrap_or_default();
        if id > self.referred {
            self.referred = id;
            let _ = write!(
                out,
                "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteReference w:id=\"{id}\"/></w:r>"
            );
        } else {
            // A footnote has one mark; the others name its number.
            let _ = write!(
                out,
                "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:t>{id}</w:t></w:r>"
            );
        }
    }

    /// The properties of a run, in the order of the schema.
    fn looks(&self, looks: &[Look]) -> String {
        let mut out = String::new();
        for (look, property) in [
            (Look::Strong, "<w:b/><w:bCs/>"),
            (Look::Emphasis, "<w:i/><w:iCs/>"),
            (Look::SmallCaps, "<w:smallCaps/>"),
            (Look::Strike, "<w:strike/>"),
            (Look::Superscript, "<w:vertAlign w:val=\"superscript\"/>"),
            (Look::Subscript, "<w:vertAlign w:val=\"subscript\"/>"),
        ] {
            // Nothing is raised and lowered at once.
            let is_second = look == Look::Subscript && looks.contains(&Look::Superscript);
            if looks.contains(&look) && !is_second {
                out.push_str(property);
            }
        }
        if self.right_to_left {
            out.push_str("<w:rtl/>");
        }
        if out.is_empty() { out } else { format!("<w:rPr>{out}</w:rPr>") }
    }
}
