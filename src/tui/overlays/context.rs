//! What an agent is given for a page: how the budget is shared, every part with its reason, the messages as sent.
//! For the page as it would be asked now, and for what the text on the desk was made from.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::edit_prompt::messages;
use super::{Overlay, ground};
use crate::domain::manifest::{Part, PartKind, Shared, Why};
use crate::domain::run::RunCommand;
use crate::domain::{EntryId, Manifest, PageId, RevisionId};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::notices::Tone;
use crate::tui::purpose::of_page;
use crate::tui::screens::{Tab, count};
use crate::tui::theme::Role;
use crate::tui::views::{Ask, ContextView, Unmade};
use crate::tui::widgets::{List, Pane, Pen, Prose};

/// The shares in the order of the prompt, with their looks. They are told apart by their letter, too.
const SHARES: [(Shared, Role); 5] = [
    (Shared::Fixed, Role::Text),
    (Shared::Style, Role::Rehearsal),
    (Shared::Canon, Role::Accent),
    (Shared::Pages, Role::Success),
    (Shared::Feedback, Role::Warning),
];

/// Alarms that are spelt out above the list, where all are marked.
const ALARMS: usize = 3;

/// The context of a page.
pub struct Context {
    page: PageId,
    /// The revision on the desk.
    revision: Option<RevisionId>,
    /// What that revision was made from is shown, and not what would be given now.
    past: bool,
    /// The messages are read, and not the list of parts.
    reading: bool,
    list: List,
    prose: Prose,
    laid: Option<std::sync::Arc<ContextView>>,
}

/// What can be shown.
enum Known<'v> {
    Loading,
    Nothing,
    Failed(&'v Unmade),
    Here(&'v std::sync::Arc<ContextView>),
}

impl Context {
    /// Opens on what would be given now.
    #[must_use]
    pub fn new(page: PageId, revision: Option<RevisionId>) -> Self {
        Self {
            page,
            revision,
            past: false,
            reading: false,
            list: List::default(),
            prose: Prose::default(),
            laid: None,
        }
    }

    fn known<'v>(&self, cx: &'v Cx) -> Known<'v> {
        if !self.past {
            return match cx.views.context(&self.page) {
                None => Known::Loading,
                Some(Err(unmade)) => Known::Failed(unmade),
                Some(Ok(context)) => Known::Here(context),
            };
        }
        match self.revision.as_ref().map(|r| cx.views.made(r)) {
            None | Some(Some(None)) => Known::Nothing,
            Some(None) => Known::Loading,
            Some(Some(Some(context))) => Known::Here(context),
        }
    }

    fn part<'v>(&self, cx: &'v Cx) -> Option<&'v Part> {
        let Known::Here(context) = self.known(cx) else { return None };
        ordered(&context.manifest).into_iter().nth(self.list.selected()?)
    }

    /// Goes to what a part is of.
    fn open(&self, cx: &Cx) -> Vec<Effect> {
        let Some(part) = self.part(cx) else { return Vec::new() };
        match part.kind {
            PartKind::Canon => {
                let entry = Some(EntryId::new(part.id.as_str()));
                vec![Effect::Close, Effect::Entry(entry), Effect::Go(Tab::Canon)]
            }
            PartKind::Page | PartKind::Summary => {
                let page = PageId::new(part.id.as_str());
                vec![Effect::Close, Effect::Page(page), Effect::Go(Tab::Desk)]
            }
            _ => Vec::new(),
        }
    }

    fn pin(&self, cx: &Cx) -> Vec<Effect> {
        let part = self.part(cx).filter(|p| p.kind == PartKind::Canon && !self.past);
        let Some(part) = part else {
            return vec![Effect::Say(
                Tone::News,
                "a canon entry can be pinned, in what would be given now".into(),
            )];
        };
        let is_pinned = match &part.why {
            Why::NoRoom { wanted, .. } => **wanted == Why::Pinned,
            why => *why == Why::Pinned,
        };
        let entry = EntryId::new(part.id.as_str());
        let (command, said) = if is_pinned {
            (RunCommand::UnpinEntry { entry }, format!("{} is no longer pinned here", part.title))
        } else {
            (RunCommand::PinEntry { entry }, format!("{} is pinned to this page", part.title))
        };
        vec![Effect::Order(Order::command(of_page(self.page.clone(), command), Then::Say(said)))]
    }

    fn draw_parts(&mut self, buffer: &mut Buffer, area: Rect, context: &ContextView, cx: &Cx) {
        let theme = &cx.theme;
        let manifest = &context.manifest;
        let mut rows = (area.y..area.bottom()).map(|y| Rect { y, height: 1, ..area });
        let mut line = || rows.next().unwrap_or(Rect { y: area.bottom(), height: 0, ..area });
        draw_bar(&mut Pen::new(buffer, line(), theme), manifest);
        draw_shares(&mut Pen::new(buffer, line(), theme), manifest);
        let alarms = manifest.alarms().count();
        for part in manifest.alarms().take(ALARMS) {
            let words =
                format!("{} should be included and did not fit: {} tokens", part.title, count(part.tokens));
            Pen::new(buffer, line(), theme)
                .put(Role::Error, theme.glyphs.failed)
                .skip(1)
                .put(Role::Error, &words);
        }
        if alarms > ALARMS {
            let words = format!("and {} more that should be included", alarms - ALARMS);
            Pen::new(buffer, line(), theme).skip(2).put(Role::Error, &words);
        }
        line();
        let top = line().y.min(area.bottom());
        let list = Rect { y: top, height: area.bottom().saturating_sub(top + 2), ..area };
        let parts = ordered(manifest);
        self.list.set_len(parts.len());
        self.list.draw(buffer, list, theme, true, |row, pen| {
            draw_part(pen, parts[row]);
            true
        });
        let why = self.list.selected().and_then(|row| parts.get(row)).map(|p| p.why.to_string());
        let bottom = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area };
        Pen::new(buffer, bottom, theme).put(Role::Dim, &why.unwrap_or_default());
    }

    fn draw_prompt(
        &mut self,
        buffer: &mut Buffer,
        area: Rect,
        context: &std::sync::Arc<ContextView>,
        cx: &Cx,
    ) {
        if self.laid.as_ref() != Some(context) {
            self.prose = Prose::text(&messages(context, cx.theme.glyphs.border.horizontal_top));
            self.laid = Some(std::sync::Arc::clone(context));
        }
        self.prose.draw(buffer, area, &cx.theme);
    }

    fn title(&self, context: Option<&ContextView>) -> String {
        let of = match (self.past, context.and_then(|c| c.sent)) {
            (false, _) => "Context now".to_owned(),
            (true, Some(at)) => {
                let at = at.to_string().replace('T', " ");
                format!(
                    "Context of {}, {}",
                    revision_name(self.revision.as_ref()),
                    at.get(..16).unwrap_or_default()
                )
            }
            (true, None) => format!("Context of {}", revision_name(self.revision.as_ref())),
        };
        match context {
            Some(c) => format!("{of}: {} by {}", c.manifest.agent, c.manifest.model),
            None => of,
        }
    }
}

impl Overlay for Context {
    fn name(&self) -> &'static str {
        "context"
    }

    fn scopes(&self) -> &'static [Scope] {
        if self.reading {
            &[Scope::Context, Scope::Reader, Scope::Global]
        } else {
            &[Scope::Context, Scope::List, Scope::Global]
        }
    }

    fn offers(&self, action: Action) -> bool {
        match action {
            Action::Close | Action::ShowPrompt => true,
            Action::ThenOrNow => self.revision.is_some(),
            Action::Pin => !self.past && !self.reading,
            Action::Open => !self.reading,
            _ => false,
        }
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        match action {
            Action::Close if self.reading => self.reading = false,
            Action::Close | Action::Back => return vec![Effect::Close],
            Action::ShowPrompt | Action::NextPane | Action::PreviousPane => self.reading = !self.reading,
            Action::ThenOrNow if self.revision.is_some() => {
                self.past = !self.past;
                self.list.select(0);
            }
            Action::Pin => return self.pin(cx),
            Action::Open => return self.open(cx),
            action if self.reading => _ = self.prose.act(action),
            action => _ = self.list.act(action),
        }
        Vec::new()
    }

    fn wants(&self, _: &Cx) -> Vec<Ask> {
        let mut wanted = vec![Ask::Context(self.page.clone())];
        wanted.extend(self.revision.clone().map(Ask::Made));
        wanted
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let known = self.known(cx);
        let context = match &known {
            Known::Here(context) => Some(std::sync::Arc::clone(context)),
            _ => None,
        };
        let title = self.title(context.as_deref());
        let tokens = context
            .as_ref()
            .map(|c| format!("{} of {} tokens", count(c.manifest.tokens()), count(c.manifest.budget.tokens)));
        let place = if self.reading { self.prose.place() } else { Self::template(context.as_deref()) };
        let tokens = tokens.unwrap_or_default();
        let pane = Pane::new(&title).right(&tokens).bottom(&place);
        let inside = ground(buffer, area, cx, (area.width.min(110), area.height), pane);
        let words = match known {
            Known::Loading => (cx.theme.glyphs.ellipsis.to_owned(), None),
            Known::Nothing => (
                "The context of this revision was not kept.".to_owned(),
                Some("a text by hand has no context".to_owned()),
            ),
            Known::Failed(unmade) => (unmade.message.clone(), unmade.hint.clone()),
            Known::Here(_) => (String::new(), None),
        };
        match context {
            Some(context) if self.reading => self.draw_prompt(buffer, inside, &context, cx),
            Some(context) => self.draw_parts(buffer, inside, &context, cx),
            None => {
                let text = [Some(words.0), words.1].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
                Prose::text(&text).draw(buffer, inside, &cx.theme);
            }
        }
        None
    }
}

impl Context {
    fn template(context: Option<&ContextView>) -> String {
        let Some(context) = context else { return String::new() };
        let template = &context.manifest.template;
        format!("template {}, {}", template.name, template.layer)
    }
}

/// The parts as they are listed: what is in, in the prompt's order, then what was left out.
fn ordered(manifest: &Manifest) -> Vec<&Part> {
    let (given, left): (Vec<&Part>, Vec<&Part>) = manifest.parts.iter().partition(|p| p.is_in());
    given.into_iter().chain(left).collect()
}

fn draw_part(pen: &mut Pen, part: &Part) {
    let glyphs = &pen.theme().glyphs;
    let (mark, role) = match (part.is_in(), part.is_alarm()) {
        (true, _) => (glyphs.done, Role::Text),
        (false, true) => (glyphs.failed, Role::Error),
        (false, false) => (glyphs.todo, Role::Dim),
    };
    let looks = SHARES.iter().find(|(share, _)| *share == part.kind.share()).map_or(Role::Text, |(_, r)| *r);
    pen.put(if part.is_in() { looks } else { role }, mark).skip(1);
    pen.number(Role::Dim, &count(part.tokens), 6).skip(1);
    if pen.room() >= 60 {
        pen.right_words(Role::Dim, &part.why.to_string(), pen.room() * 2 / 5);
    }
    pen.column(Role::Dim, &part.kind.name().replace('_', " "), 13).put(role, &part.title);
}

/// Draws what each share takes of the whole: a letter, then its colour.
fn draw_bar(pen: &mut Pen, manifest: &Manifest) {
    let wide = u64::from(pen.room());
    let whole = manifest.budget.tokens.max(manifest.tokens()).max(1);
    let glyphs = &pen.theme().glyphs;
    let (full, rest) = (glyphs.bar.last().copied().unwrap_or("#"), glyphs.bar_rest);
    let mut left = wide;
    for (share, role) in SHARES {
        let used = used(manifest, share);
        if used == 0 {
            continue;
        }
        let cells = (used * wide).div_ceil(whole).min(left);
        left -= cells;
        if cells > 0 {
            let letter = share.name().get(..1).unwrap_or_default();
            pen.put(role, letter).put(role, &full.repeat(cells as usize - 1));
        }
    }
    pen.put(Role::Dim, &rest.repeat(left as usize));
}

fn draw_shares(pen: &mut Pen, manifest: &Manifest) {
    for (share, role) in SHARES {
        let used = used(manifest, share);
        let allotted = manifest.budget.shares.iter().find(|s| s.of == share).map_or(0, |s| s.allotted);
        if used == 0 && allotted == 0 {
            continue;
        }
        let of = if share == Shared::Fixed { String::new() } else { format!(" of {}", count(allotted)) };
        pen.put(role, share.name()).put(Role::Dim, &format!(" {}{of}", count(used))).skip(2);
    }
}

fn used(manifest: &Manifest, share: Shared) -> u64 {
    manifest.parts.iter().filter(|p| p.is_in() && p.kind.share() == share).map(|p| p.tokens).sum()
}

/// A revision as the screens call it: `narration 2`.
fn revision_name(revision: Option<&RevisionId>) -> String {
    let mut parts = revision.map_or("", RevisionId::as_str).rsplit('.');
    match (parts.next(), parts.next()) {
        (Some(number), Some(step)) => format!("{step} {number}"),
        _ => "this text".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Hash;
    use crate::domain::manifest::{Budget, Layer, Template};
    use crate::tui::theme::Theme;
    use crate::tui::widgets::pen::tests::shown;

    fn drawn(tokens: u64, parts: &[(PartKind, u64)]) -> String {
        let part = |(kind, tokens): &(PartKind, u64)| Part {
            kind: *kind,
            id: "x".into(),
            title: "X".into(),
            version: "v".into(),
            tokens: *tokens,
            why: Why::Asked,
            given: None,
        };
        let manifest = Manifest {
            agent: "narrator".into(),
            model: "m/x".into(),
            template: Template { name: "narrator".into(), layer: Layer::Shipped, hash: Hash::of(b"") },
            budget: Budget { tokens, factor: 1.0, shares: Vec::new() },
            parts: parts.iter().map(part).collect(),
        };
        let area = Rect::new(0, 0, 20, 1);
        let mut buffer = Buffer::empty(area);
        draw_bar(&mut Pen::new(&mut buffer, area, &Theme::mono()), &manifest);
        shown(&buffer)
    }

    #[test]
    fn the_bar_is_told_by_letters_and_never_too_long() {
        assert_eq!(drawn(100, &[(PartKind::Beat, 20), (PartKind::Canon, 50)]), "f███c█████████░░░░░░");
        assert_eq!(drawn(100, &[(PartKind::Beat, 900), (PartKind::Canon, 1)]), "f███████████████████");
        assert_eq!(drawn(0, &[]), "░░░░░░░░░░░░░░░░░░░░");
    }
}
