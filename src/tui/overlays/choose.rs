//! A list to choose one thing from: a model, a theme, an offer.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Overlay, ground};
use crate::domain::run::{Lock, Marked, Run, RunCommand};
use crate::domain::{PageId, RunId, StepName};
use crate::llm::ModelRef;
use crate::store::rows::RevisionRow;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::{Effect, Told};
use crate::tui::errand::{Errand, Order, Then};
use crate::tui::purpose::{Purpose, RunPurpose, choose_model, model_of_run, of_page, of_run};
use crate::tui::screens::age;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::{List, Pane};

/// One thing to choose.
struct Item {
    label: String,
    note: String,
    chosen: Chosen,
}

/// What follows when it is chosen.
enum Chosen {
    /// This is sent.
    Order(Order),
    /// Another input is opened, with this text.
    Write(Purpose, String),
    /// The screen is told.
    Told(Told),
}

/// A list to choose from.
pub struct Choose {
    title: String,
    note: String,
    items: Vec<Item>,
    list: List,
}

impl Choose {
    fn new(title: String, note: &str, items: Vec<Item>) -> Self {
        let mut list = List::default();
        list.set_len(items.len());
        Self { title, note: note.to_owned(), items, list }
    }

    /// The model of a step of one page.
    #[must_use]
    pub fn page_model(cx: &Cx, page: &PageId, step: &StepName) -> Self {
        let order = |model: Option<String>| {
            let (command, then) = choose_model(page.clone(), step.clone(), model);
            Chosen::Order(Order::command(command, then))
        };
        let mut items = models(cx, |model| order(Some(model)));
        items.push(Item {
            label: "the configured one".into(),
            note: "no choice for this page".into(),
            chosen: order(None),
        });
        let purpose = Purpose::PageModel { page: page.clone(), step: step.clone() };
        items.push(Item {
            label: "another ...".into(),
            note: "type its name".into(),
            chosen: Chosen::Write(purpose, String::new()),
        });
        Self::new(format!("Who writes the {step} of this page?"), "", items)
    }

    /// The model of a step of a run.
    #[must_use]
    pub fn run_model(cx: &Cx, run: &RunId, step: &StepName) -> Self {
        let order = |model: Option<String>| {
            let (command, then) = model_of_run(run.clone(), step.clone(), model);
            Chosen::Order(Order::command(command, then))
        };
        let mut items = models(cx, |model| order(Some(model)));
        items.push(Item {
            label: "the configured one".into(),
            note: "no choice for this run".into(),
            chosen: order(None),
        });
        let purpose = Purpose::Run(RunPurpose::Model { run: run.clone(), step: step.clone() });
        items.push(Item {
            label: "another ...".into(),
            note: "type its name".into(),
            chosen: Chosen::Write(purpose, String::new()),
        });
        Self::new(format!("Who does the {step} of this run?"), "", items)
    }

    /// The earlier revisions of a step, to look at one; the newest first.
    #[must_use]
    pub fn revision(cx: &Cx, revisions: &[&RevisionRow]) -> Self {
        let items = revisions.iter().rev().map(|row| Item {
            label: format!("{} {}", row.step, row.number),
            note: format!("{}, {}", row.model, age(cx.now, row.created_at)),
            chosen: Chosen::Told(Told::Revision(row.id.clone())),
        });
        Self::new("Look at which one?".into(), "It can be restored.", items.collect())
    }

    /// The parameters that may change while a run goes on; what is true or false changes at once.
    #[must_use]
    pub fn parameter(run: &Run) -> Self {
        let live = run.workflow.parameters.iter().filter(|(_, parameter)| parameter.live);
        let items = live.map(|(name, parameter)| {
            let now = run.parameters.get(name).cloned().unwrap_or_default();
            let chosen = if let Some(now) = now.as_bool() {
                let value = serde_json::Value::Bool(!now);
                let then = Then::Say(format!("{name} is {value} from now on"));
                let command = RunCommand::SetParameter { name: name.clone(), value };
                Chosen::Order(Order::command(of_run(run.id.clone(), command), then))
            } else {
                let purpose = RunPurpose::Parameter {
                    run: run.id.clone(),
                    name: name.clone(),
                    parameter: Box::new(parameter.clone()),
                };
                let text = now.as_str().map_or_else(|| now.to_string(), str::to_owned);
                Chosen::Write(Purpose::Run(purpose), text)
            };
            Item { label: format!("{name}: {now}"), note: parameter.about.clone(), chosen }
        });
        Self::new("Which parameter?".into(), "Nothing is regenerated.", items.collect())
    }

    /// The model of an agent, in the configuration.
    #[must_use]
    pub fn agent_model(cx: &Cx, agent: &str) -> Self {
        let mut items = models(cx, |model| use_model(Some(agent), model));
        let purpose = Purpose::AgentModel { agent: agent.to_owned() };
        items.push(Item {
            label: "another ...".into(),
            note: "type its name".into(),
            chosen: Chosen::Write(purpose, String::new()),
        });
        Self::new(format!("Model of the {agent}"), "It is kept in config.toml.", items)
    }

    /// A locked passage, to be unlocked.
    #[must_use]
    pub fn lock(page: &PageId, locks: &[Lock]) -> Self {
        let items = locks.iter().map(|lock| {
            let command = of_page(page.clone(), RunCommand::Unlock { lock: lock.id.clone() });
            let chosen = Chosen::Order(Order::command(command, Then::Say("unlocked".into())));
            Item { label: in_a_line(&lock.quoted.quote), note: lock.step.to_string(), chosen }
        });
        Self::new("Unlock which passage?".into(), "", items.collect())
    }

    /// A passage that is listed, to be taken off the list.
    #[must_use]
    pub fn passage(list: &[Marked]) -> Self {
        let items = list.iter().enumerate().map(|(at, marked)| Item {
            label: in_a_line(&marked.quoted.quote),
            note: String::new(),
            chosen: Chosen::Told(Told::Dropped(at)),
        });
        Self::new("Take which passage off the list?".into(), "", items.collect())
    }

    /// The theme.
    #[must_use]
    pub fn theme(cx: &Cx) -> Self {
        let mut names: Vec<String> = Theme::SHIPPED.map(str::to_owned).into();
        let own = std::fs::read_dir(cx.engine.home().themes()).into_iter().flatten().flatten();
        names.extend(own.filter_map(|f| Some(f.file_name().to_str()?.strip_suffix(".toml")?.to_owned())));
        let items = names.into_iter().map(|name| {
            let note = if name == cx.theme.name { "in use" } else { "" };
            let errand = Errand::UseTheme(name.clone());
            let then = Then::Say(format!("the theme is {name}"));
            let chosen = Chosen::Order(Order { errand, then, draft: None });
            Item { label: name, note: note.into(), chosen }
        });
        Self::new("Theme".into(), "It is kept in config.toml.", items.collect())
    }

    /// What was found at the first start. Nothing is used unless it is chosen.
    #[must_use]
    pub fn offers(cx: &Cx) -> Self {
        let mut items = vec![Item {
            label: "stay with the offline author".into(),
            note: "a rehearsal: no key, no network, no cost".into(),
            chosen: use_model(None, ModelRef::rehearsal().to_string()),
        }];
        for offer in &cx.offers {
            items.extend(offer.models.iter().map(|model| Item {
                label: model.clone(),
                note: offer.found.clone(),
                chosen: use_model(None, model.clone()),
            }));
        }
        Self::new(
            "Who shall write?".into(),
            "Found on this machine. The settings can change it at any time.",
            items,
        )
    }
}

/// The beginning of a passage.
fn in_a_line(quote: &str) -> String {
    let line = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    crate::analysis::clean_line(&line).chars().take(60).collect()
}

fn models(cx: &Cx, chosen: impl Fn(String) -> Chosen) -> Vec<Item> {
    let known = cx.engine.models().into_iter().map(|m| (m.model, m.note));
    let offered = cx.offers.iter().flat_map(|o| o.models.iter().map(|m| (m.clone(), o.found.clone())));
    let mut items: Vec<Item> = Vec::new();
    for (model, note) in known.chain(offered) {
        if items.iter().all(|i| i.label != model) {
            items.push(Item { label: model.clone(), note, chosen: chosen(model) });
        }
    }
    items
}

fn use_model(agent: Option<&str>, model: String) -> Chosen {
    let said = match agent {
        Some(agent) => format!("{model} is the {agent}'s model from now on"),
        None => format!("{model} writes from now on"),
    };
    let errand = Errand::UseModel { agent: agent.map(str::to_owned), model };
    Chosen::Order(Order { errand, then: Then::Say(said), draft: None })
}

impl Overlay for Choose {
    fn name(&self) -> &'static str {
        "choose"
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action) -> bool {
        matches!(action, Action::Open | Action::Close)
    }

    fn act(&mut self, action: Action, _: &Cx) -> Vec<Effect> {
        if self.list.act(action) {
            return Vec::new();
        }
        match action {
            Action::Close | Action::Back | Action::Left => vec![Effect::Close],
            Action::NextPane => {
                self.list.act(Action::Down);
                Vec::new()
            }
            Action::PreviousPane => {
                self.list.act(Action::Up);
                Vec::new()
            }
            Action::Open => match self.list.selected().map(|row| &self.items[row].chosen) {
                Some(Chosen::Order(order)) => vec![Effect::Send(order.clone())],
                Some(Chosen::Write(purpose, text)) => {
                    vec![Effect::Close, Effect::Write(purpose.clone(), text.clone())]
                }
                Some(Chosen::Told(told)) => vec![Effect::Told(told.clone())],
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) -> Option<Position> {
        let height = (self.items.len() as u16 + 2).min(area.height.saturating_sub(2)).max(4);
        let pane = Pane::new(&self.title).bottom(&self.note);
        let inside = ground(buffer, area, cx, (area.width.min(76), height), pane);
        let items = &self.items;
        self.list.draw(buffer, inside, &cx.theme, true, |row, pen| {
            pen.right(Role::Dim, &items[row].note).put(Role::Text, &items[row].label);
            true
        });
        None
    }
}
