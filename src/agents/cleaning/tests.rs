use proptest::prelude::*;

use super::*;

const PAGE: &str = "The tide came in grey and slow, and Mara stood on the quay with her collar up.\n\nShe counted the \
                    boats twice. One was missing, and nobody on the quay would meet her eye.";

fn prose(answer: &str) -> String {
    clean(answer, Form::Prose).unwrap_or_else(|failure| panic!("{failure}: {answer:?}")).text
}

#[test]
fn thoughts_in_every_form_are_no_text() {
    for around in [
        "<think>\nThe user wants a page.\n\nI plan.\n</think>\n\nPAGE",
        "<think></think>PAGE",
        "<thinking>Plan.</thinking>\n\nPAGE",
        "<THINK>Plan.</THINK>\nPAGE",
        "<reasoning effort=\"low\">\nPlan.\n</reasoning>\n\nPAGE",
        "<thought>Plan.</thought>PAGE",
        "<seed:think>Plan.</seed:think>PAGE",
        "[THINK]Plan.[/THINK]PAGE",
        "◁think▷Plan.◁/think▷PAGE",
        "<|channel|>analysis<|message|>Plan.<|end|><|start|>assistant<|channel|>final<|message|>PAGE",
        "<|channel|>analysis<|message|>Plan.<|end|>\n<|start|>assistant<|channel|>final<|message|>PAGE<|return|>",
        "<|start|>assistant<|channel|>commentary<|message|>I begin.<|end|><|start|>assistant<|channel|>final <|message|>PAGE",
        "analysisWe need a page.assistantfinalPAGE",
        "<|channel>thought\nSecret plan.<channel|>PAGE",
        "<|begin_of_thought|>\nPlan.\n<|end_of_thought|>\n\n<|begin_of_solution|>\nPAGE\n<|end_of_solution|>",
        "<|START_THINKING|>Plan.<|END_THINKING|><|START_RESPONSE|>PAGE<|END_RESPONSE|>",
        "Okay, the user wants a page. Secret plan.\n</think>\n\nPAGE",
        "Okay, a plan.</think>PAGE",
        "<think>One.</think>\n<think>Two.</think>\n\nPAGE",
        "<think>Outer\n<think>\ninner\n</think>\nmore</think>\n\nPAGE",
        "<think>I should use <think> as they say.</think>\n\nPAGE",
        "\u{FEFF}<think>Plan.</think>\n\n<answer>\nPAGE\n</answer>",
    ] {
        assert_eq!(prose(&around.replace("PAGE", PAGE)), PAGE, "{around:?}");
    }
    let (first, second) = PAGE.split_once("\n\n").unwrap();
    for between in
        ["<think>secret plan two</think>", "[THINK]\nso\n\nand so\n[/THINK]", "<reasoning>\nx\n</reasoning>"]
    {
        assert_eq!(prose(&format!("{first}\n\n{between}\n\n{second}")), PAGE, "{between}");
        assert_eq!(prose(&format!("{first} {between}\n\n{second}")), PAGE, "{between}");
        assert_eq!(prose(&format!("{PAGE}\n\n{between}")), PAGE, "{between}");
    }
}

#[test]
fn an_answer_that_never_stops_thinking_is_only_thought() {
    for answer in [
        "<think>\nOkay, the user wants a page. Secret plan that never ends",
        "[THINK]plan",
        "<|channel|>analysis<|message|>We need",
        "<think>plan</think>\n",
        "a plan\n</think>",
        "<think>one</think><think>two",
    ] {
        let failure = clean(answer, Form::Prose).unwrap_err();
        assert_eq!(failure, Failure::OnlyThought { out_of_room: false }, "{answer:?}");
    }
    let cut = clean(&format!("{PAGE}\n\n<think>was it good"), Form::Prose).unwrap();
    assert_eq!(cut.text, PAGE);
    assert!(cut.notes[0].contains("may be incomplete"), "{:?}", cut.notes);
}

#[test]
fn stop_tokens_of_every_family_are_removed() {
    for token in [
        "<|im_end|>",
        "<|endoftext|>",
        "<|eot_id|>",
        "<|end|>",
        "<|END_OF_TURN_TOKEN|>",
        "</s>",
        "<eos>",
        "<end_of_turn>",
        "<｜end▁of▁sentence｜>",
        "[/INST]",
        "<|return|>",
        "<|end_of_text|>",
        "<EOS>",
        "[end of text]",
        "<|assistant|>",
        "<|im_end|>\n<|endoftext|>",
        "</s></s>",
        "<|im_end|>\n<|im_start|>user\nWrite another page, please.",
        "<end_of_turn>\n<start_of_turn>user\nMore.<end_of_turn>",
    ] {
        assert_eq!(prose(&format!("{PAGE}{token}")), PAGE, "{token}");
        assert_eq!(prose(&format!("{PAGE}\n{token}\n")), PAGE, "{token}");
    }
    for token in [
        "<s>",
        "<bos>",
        "<|begin_of_text|>",
        "<|im_start|>assistant\n",
        "<start_of_turn>model\n",
        "<|assistant|>\n",
        "<|start_header_id|>assistant<|end_header_id|>\n\n",
        "<s> [/INST] ",
        "[gMASK]<sop>",
    ] {
        assert_eq!(prose(&format!("{token}{PAGE}")), PAGE, "{token}");
    }
}

#[test]
fn what_a_model_says_around_the_text_is_removed_and_reported() {
    for around in [
        "Sure! Here is the page:\n\nPAGE\n\nLet me know if you'd like any changes!",
        "Certainly! Here's the revised narration, with the changes you asked for:\n\nPAGE",
        "Of course.\n\nHere is the scene:\n\n---\n\nPAGE\n\n---\n\nI hope this meets your needs!",
        "**Here is the page you requested:**\n\nPAGE",
        "Here's page 3 based on the beat:\nPAGE",
        "Revised page:\n\nPAGE",
        "Sure! Here is the page: PAGE",
        "Gerne! Hier ist die Seite:\n\nPAGE",
        "Bien sûr ! Voici la page demandée :\n\nPAGE",
        "¡Claro! Aquí tienes la página:\n\nPAGE",
        "好的，以下是本页的正文：\n\nPAGE",
        "Конечно! Вот страница:\n\nPAGE",
        "```markdown\nPAGE\n```",
        "```\nPAGE\n```",
        "~~~~text\nPAGE\n~~~~",
        "Here is the page:\n\n```\nPAGE\n```\n\nWould you like me to adjust the tone of the scene?",
        "<page>\nPAGE\n</page>",
        "PAGE\n\n(34 words)",
        "PAGE\n\n---\n\n*Word count: 34*",
        "PAGE\n\n[End of page]",
    ] {
        let cleaned = clean(&around.replace("PAGE", PAGE), Form::Prose).unwrap();
        assert_eq!(cleaned.text, PAGE, "{around:?}");
        assert!(!cleaned.notes.is_empty(), "{around:?}");
    }
}

#[test]
fn simple_html_is_read_as_what_it_means() {
    let (first, second) = PAGE.split_once("\n\n").unwrap();
    assert_eq!(
        prose(&format!("<p>{first}</p><p>{second} &mdash; &quot;No.&quot;</p>")),
        format!("{PAGE} — \"No.\"")
    );
    assert_eq!(
        prose("<div class=\"page\">\n<p>It was <em>late</em>.<br>So late.</p>\n</div>"),
        "It was *late*.\nSo late."
    );
    assert_eq!(prose("It was late&hellip; &#8220;No,&#8221; she said."), "It was late… “No,” she said.");
    let table = "<p>x</p><table><tr><td>1</td></tr></table>";
    assert_eq!(prose(table), table, "what is not simple stays as it came");
}

#[test]
fn prose_stays_as_it_came_to_the_byte() {
    for text in [
        PAGE,
        "  She typed <think> and then </think>, and nothing came of it.\n\nThe cursor blinked.",
        "\"</think>\" was all it said.\n\nShe waited.",
        "The file began with `<think>` and ended with `</think>`.",
        "\"Sure!\" she said. \"Here is the page:\"\n\nHe took it.",
        "Sure!\n\nHe would say that.",
        "Here is the story of how I came to the island:\n\nIt was raining.",
        "This is the text of the letter:\n\nDear Anna, come home.",
        "Dear Anna,\n\nHere is the money.\n\nLet me know if you change your mind.\n\nYours, Tom",
        "Mix the flour.\n\n- one egg\n- two eggs\n\nLet me know how it tastes.",
        "The sea gives up\nits dead by night,\nand keeps its own counsel.",
        "Mr. A. Vell\n12 Quay Road\nPort Grey",
        "The terminal said:\n\n```\nlet x = 1;\n```\n\nShe swore.",
        "```\nfn main() {}\n```\nThat was all.\n```\nexit\n```",
        "He wrote AT&T on the wall; 3 < 4 && 5 > 4.",
        "She read: I hope this finds you well. It did not.",
        "I hope this letter finds you well.\n\nI hope this ends.",
        "analysis was his word for it.",
        "[Mara enters.]\n\nMARA: No.",
        "Okay. This is the end.\n\nShe knew it.",
    ] {
        for form in [Form::Prose, Form::Lines, Form::Plain] {
            let cleaned = clean(text, form).unwrap();
            assert_eq!(cleaned, Cleaned { text: text.to_owned(), notes: Vec::new() }, "{form:?}");
        }
    }
}

#[test]
fn one_newline_is_a_line_break_unless_the_lines_are_paragraphs_or_wrapped() {
    assert_eq!(prose(&PAGE.replace("\n\n", "\n")), PAGE);
    assert_eq!(prose(&PAGE.replace("\n\n", "\r\n\r\n")), PAGE);
    let talk = "\"Where is it?\" she said.\n\"Gone,\" said the clerk.";
    assert_eq!(prose(talk), talk.replace('\n', "\n\n"));
    assert_eq!(clean(talk, Form::Lines).unwrap().text, talk);
    let wrapped = "The tide came in grey and slow, and Mara stood on the quay\nwith her collar up against the wind that came over the\nwater. She counted the boats twice, and then once more, as\nif that helped.";
    assert_eq!(prose(wrapped), wrapped.replace('\n', " "));
    let verse =
        format!("{PAGE}\n\nThe sea gives up\nits dead by night,\nand keeps its own counsel.\n\n{PAGE}");
    assert_eq!(prose(&verse), verse);
}

#[test]
fn while_it_grows_no_thought_and_no_half_mark_is_shown() {
    let answer = format!("<think>\nsecret plan\n</think>\n\n{PAGE}");
    let ends = answer.char_indices().map(|(at, _)| at);
    for end in ends {
        let shown = without_thoughts(&answer[..end]);
        assert!(!shown.contains("secret") && !shown.contains("<t") && !shown.contains("</"), "{shown:?}");
        assert!(PAGE.starts_with(&*shown), "{shown:?}");
    }
    assert_eq!(without_thoughts("She < he"), "She < he");
}

#[test]
fn cleaning_takes_time_in_proportion_to_the_answer() {
    for piece in
        ["<think>", "</think>\n", "<", "<|", "|>", "&", "`", "<|channel|>a<|message|>", "</s>", "<p>", "a\n"]
    {
        let started = std::time::Instant::now();
        let _ = clean(&piece.repeat(300_000 / piece.len()), Form::Prose);
        assert!(started.elapsed().as_secs() < 20, "{piece:?} took {:?}", started.elapsed());
    }
}

proptest! {
    #[test]
    fn words_alone_are_never_changed(text in "[A-Za-zé ,.]{1,40}(\n\n[A-Za-zé ,.!?]{1,60}){0,4}") {
        prop_assume!(text.chars().any(char::is_alphanumeric));
        prop_assert_eq!(clean(&text, Form::Prose).unwrap().text, text);
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(pieces in prop::collection::vec(prop::sample::select(vec![
        "<think>", "</think>", "\n", "\n\n", "The tide came in.", " ", "```", "<|im_end|>", "<p>", "</p>", "Sure! Here is the page:",
        "&amp;", "<answer>", "</answer>", "\"No,\" she said.", "Let me know if you'd like changes.", "<|channel|>final<|message|>", "<br>", "[THINK]",
        "---",
    ]), 0..14)) {
        let answer = pieces.concat();
        if let Ok(once) = clean(&answer, Form::Prose) {
            let twice = clean(&once.text, Form::Prose);
            prop_assert_eq!(twice.map(|t| t.text), Ok(once.text));
        }
    }
}
