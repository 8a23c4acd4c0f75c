//! Settings: the book's, the agents' models, limits, looks, and where everything is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Screen;
use crate::config::AGENTS;
use crate::service::coherence::{Choice, needs_review_stops, settings};
use crate::service::models::agents;
use crate::store::rows::BookRow;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::notices::Tone;
use crate::tui::overlays::Choose;
use crate::tui::purpose::{Field, Purpose};
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::{List, Pane};

/// The screen of settings.
#[derive(Debug, Default)]
pub struct Settings {
    list: List,
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq)]
enum What {
    Head,
    Book(Field),
    Agent(String),
    BudgetPerDay,
    Theme,
    /// Something that a file says, which is edited there.
    File,
    Offer,
}

struct Row {
    what: What,
    label: String,
    value: String,
}

fn rows(cx: &Cx) -> Vec<Row> {
    let config = cx.engine.config();
    let home = cx.engine.home();
    let mut rows = Vec::new();
    let mut add =
        |what: What, label: &str, value: String| rows.push(Row { what, label: label.to_owned(), value });
    if let Some(book) = book(cx) {
        let s = &book.settings;
        let said = |text: &str| if text.trim().is_empty() { "not set".to_owned() } else { text.to_owned() };
        add(What::Head, &book.title, String::new());
        add(What::Book(Field::Language), "language", said(&s.language));
        add(What::Book(Field::PointOfView), "point of view", said(&s.point_of_view));
        add(What::Book(Field::Tense), "tense", said(&s.tense));
        add(What::Book(Field::WordsPerPage), "words per page", s.words_per_page.to_string());
        let requests =
            s.revision_requests.map_or_else(|| "as configured".to_owned(), |limit| limit.to_string());
        add(What::Book(Field::RevisionRequests), "revision requests", requests);
        add(What::Book(Field::StyleNotes), "notes on style", said(&s.style_notes));
        let budget =
            s.budget.map_or_else(|| "no limit".to_owned(), |b| format!("{} of {b} spent", book.spent));
        add(What::Book(Field::Budget), "budget", budget);
        let front = &s.front;
        let tag = s.language_tag().unwrap_or_else(|| "not known by its language".into());
        add(What::Book(Field::Author), "author", said(&front.author));
        add(What::Book(Field::LanguageTag), "language tag", tag);
        add(What::Book(Field::Rights), "rights", said(&front.rights));
        add(What::Book(Field::Description), "description", said(&front.description));
        add(What::Book(Field::Isbn), "ISBN", said(&front.isbn));
    }
    add(What::Head, "Agents", String::new());
    for agent in agents(home, &config) {
        let set = config.agent(&agent);
        let off = if set.enabled { "" } else { " (off)" };
        let rehearsal = if set.model.is_rehearsal() { " (rehearsal text only)" } else { "" };
        add(What::Agent(agent.clone()), &agent, format!("{}{off}{rehearsal}", set.model));
    }
    for offer in &cx.offers {
        add(What::Offer, "found", format!("{}: {}", offer.found, offer.models.join(", ")));
    }
    add(What::Head, "Limits", String::new());
    let day = config.budget_per_day().map_or_else(|| "no limit".to_owned(), |b| b.to_string());
    add(What::BudgetPerDay, "daily budget", day);
    add(What::File, "requests per minute", config.limits.requests_per_minute.to_string());
    add(What::File, "calls at once", config.limits.calls_at_once.to_string());
    add(What::Head, "Coherence", String::new());
    let coherence = settings(&config.coherence, Choice::default());
    add(What::File, "passes from", coherence.pass.to_string());
    add(What::File, "approve from", coherence.borderline.to_string());
    let yes_or_no = |is: bool| if is { "yes" } else { "no" }.to_owned();
    add(What::File, "other books count", yes_or_no(coherence.other_books));
    let stops = needs_review_stops(&config.coherence);
    add(What::File, "needs review stops", yes_or_no(stops));
    add(What::Head, "Looks", String::new());
    add(What::Theme, "theme", cx.theme.name.clone());
    add(What::File, "glyphs", if config.studio.ascii { "ASCII" } else { "Unicode" }.into());
    add(What::Head, "Files", String::new());
    for (label, path) in [
        ("configuration", home.config_file()),
        ("keymap", home.keymap_file()),
        ("themes", home.themes()),
        ("prices", home.prices_file()),
        ("log", home.log_file()),
        ("database", cx.engine.store().path().to_owned()),
    ] {
        let there = if path.exists() { "" } else { " (not created yet)" };
        add(What::File, label, format!("{}{there}", path.display()));
    }
    rows
}

fn book(cx: &Cx) -> Option<&BookRow> {
    cx.views.book(cx.here.book.as_ref()?)
}

impl Settings {
    fn change(what: &What, cx: &Cx) -> Vec<Effect> {
        match what {
            What::Head => Vec::new(),
            What::Book(field) => {
                let Some(book) = book(cx) else { return Vec::new() };
                let settings = book.settings.clone();
                let text = match field {
                    Field::Language => settings.language.clone(),
                    Field::PointOfView => settings.point_of_view.clone(),
                    Field::Tense => settings.tense.clone(),
                    Field::WordsPerPage => settings.words_per_page.to_string(),
                    Field::RevisionRequests => {
                        settings.revision_requests.map(|limit| limit.to_string()).unwrap_or_default()
                    }
                    Field::StyleNotes => settings.style_notes.clone(),
                    Field::Budget => {
                        settings.budget.map(|b| format!("{:.2}", b.dollars())).unwrap_or_default()
                    }
                    Field::Author => settings.front.author.clone(),
                    Field::LanguageTag => settings.front.language_tag.clone(),
                    Field::Rights => settings.front.rights.clone(),
                    Field::Description => settings.front.description.clone(),
                    Field::Isbn => settings.front.isbn.clone(),
                };
                let purpose = Purpose::Setting { book: book.id.clone(), settings, field: *field };
                vec![Effect::Write(purpose, text)]
            }
            What::Agent(agent) => vec![Effect::Open(Box::new(Choose::agent_model(cx, agent)))],
            What::Offer => vec![Effect::Open(Box::new(Choose::offers(cx)))],
            What::BudgetPerDay => {
                let now = cx.engine.config().budget_per_day();
                let text = now.map(|b| format!("{:.2}", b.dollars())).unwrap_or_default();
                vec![Effect::Write(Purpose::BudgetPerDay, text)]
            }
            What::Theme => vec![Effect::Open(Box::new(Choose::theme(cx)))],
            What::File => vec![Effect::Say(Tone::News, "that is set in its file, named below".into())],
        }
    }

    /// Headings are no place to stand on.
    fn skip_heads(&mut self, all: &[Row], down: bool) {
        let Some(mut at) = self.list.selected() else { return };
        while all[at].what == What::Head {
            at = if down || at == 0 { at + 1 } else { at - 1 };
            if at >= all.len() {
                return;
            }
        }
        self.list.select(at);
    }
}

impl Screen for Settings {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        &[Scope::Settings, Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action, _: &Cx) -> bool {
        !matches!(action, Action::Left | Action::Right | Action::Search)
    }

    fn wants(&self, _: &Cx) -> Vec<Ask> {
        Vec::new()
    }

    fn enter(&mut self, cx: &Cx) {
        let all = rows(cx);
        self.list.set_len(all.len());
        self.skip_heads(&all, true);
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        let all = rows(cx);
        self.list.set_len(all.len());
        if self.list.act(action) {
            let down = !matches!(action, Action::Up | Action::PageUp | Action::HalfUp);
            self.skip_heads(&all, down);
            return Vec::new();
        }
        let chosen = self.list.selected().map(|row| all[row].what.clone());
        match action {
            Action::Open | Action::Right => chosen.map(|what| Self::change(&what, cx)).unwrap_or_default(),
            Action::ChangeModel => match chosen {
                Some(What::Agent(agent)) => Self::change(&What::Agent(agent), cx),
                _ => Self::change(&What::Agent(AGENTS[0].to_owned()), cx),
            },
            Action::SetBudget if book(cx).is_some() => Self::change(&What::Book(Field::Budget), cx),
            Action::SetBudget => Self::change(&What::BudgetPerDay, cx),
            Action::ChooseTheme => Self::change(&What::Theme, cx),
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let all = rows(cx);
        let inside = Pane::new("Settings").focused(true).draw(buffer, area, &cx.theme);
        self.list.set_len(all.len());
        self.list.draw(buffer, inside, &cx.theme, true, |row, pen| {
            let Row { what, label, value } = &all[row];
            match what {
                What::Head => _ = pen.skip(1).put(Role::Title, label),
                What::File => _ = pen.skip(3).column(Role::Dim, label, 20).put(Role::Dim, value),
                _ => _ = pen.skip(3).column(Role::Text, label, 20).put(Role::Accent, value),
            }
            true
        });
    }
}
