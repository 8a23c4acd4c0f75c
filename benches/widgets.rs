//! Long texts in the widgets: a frame of a megabyte that is scrolled, and a letter typed beside a megabyte.
//!
//! `cargo bench --bench widgets`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use galley::analysis::clean;
use galley::tui::widgets::wrap::Wrapped;
use galley::tui::widgets::{Editor, List, Pen, Prose};
use galley::tui::{Action, Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const AREA: Rect = Rect { x: 0, y: 0, width: 80, height: 38 };

fn long_text(bytes: usize) -> String {
    let paragraph =
        "The keeper’s lamp — cold, as ever — swung over the “harbour” while rain fell on the café. "
            .repeat(6);
    format!("{paragraph}\n\n").repeat(bytes / paragraph.len() + 1)
}

fn widgets(criterion: &mut Criterion) {
    let theme = Theme::dark();
    let text = long_text(1_000_000);
    let mut group = criterion.benchmark_group("1 MB");
    group.sample_size(20);
    group.bench_function("clean", |b| b.iter(|| clean(black_box(&text)).len()));
    group.bench_function("wrap", |b| b.iter(|| Wrapped::new(black_box(&text), 72).len()));
    group.bench_function("scroll and draw", |b| {
        let mut prose = Prose::text(&text);
        let mut buffer = Buffer::empty(AREA);
        prose.draw(&mut buffer, AREA, &theme);
        b.iter(|| {
            if !prose.act(Action::Down) || prose.place() == "End" {
                prose.act(Action::Top);
            }
            prose.draw(&mut buffer, AREA, &theme);
        });
    });
    group.bench_function("a letter beside it as a chip, drawn", |b| type_letters(b, "", &text, &theme));
    group.finish();

    let line = long_text(60_000).replace('\n', " ");
    criterion
        .bench_function("a letter in a paragraph of 60 KB, drawn", |b| type_letters(b, &line, "", &theme));
    let text = long_text(200_000);
    criterion.bench_function("a letter in a text of 200 KB, drawn", |b| type_letters(b, &text, "", &theme));
    criterion.bench_function("a list of a million rows, drawn", |b| {
        let mut list = List::default();
        list.set_len(1_000_000);
        let mut buffer = Buffer::empty(AREA);
        let row = |_, pen: &mut Pen| {
            pen.right(Role::Dim, " 3 min")
                .put(Role::Text, "Chapter 12 · page 7")
                .put(Role::Accent, " needs you");
            true
        };
        b.iter(|| {
            list.act(Action::Down);
            list.draw(&mut buffer, AREA, &theme, true, row);
        });
    });
}

fn type_letters(bencher: &mut criterion::Bencher, text: &str, paste: &str, theme: &Theme) {
    let mut buffer = Buffer::empty(AREA);
    bencher.iter_batched_ref(
        || {
            let mut editor = Editor::new().with_text(text);
            editor.paste(paste);
            editor.render(&mut buffer, AREA, theme);
            editor
        },
        |editor| {
            let mut buffer = Buffer::empty(AREA);
            editor.key(KeyEvent::new(KeyCode::Char('x'), KeyModifiers::NONE));
            editor.render(&mut buffer, AREA, theme)
        },
        BatchSize::NumIterations(20),
    );
}

criterion_group!(benches, widgets);
criterion_main!(benches);
