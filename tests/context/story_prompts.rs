//! The templates of the review loop: they render strictly, with little and with much.

use galley::context::prompt::Prompt;
use galley::llm::Material;
use serde_json::json;

const TEMPLATES: [(&str, &str); 2] = [
    ("story_reviewer", include_str!("../../prompts/story_reviewer.prompty")),
    ("polisher", include_str!("../../prompts/polisher.prompty")),
];

fn little() -> Material {
    Material {
        subject_title: Some("Ice".into()),
        subject_text: Some("It froze.".into()),
        iteration: 1,
        absent: vec!["review".into(), "polish".into()],
        ..Material::default()
    }
}

#[test]
fn r1_they_render_the_subject_first_and_the_last_polish_later() {
    for (agent, source) in TEMPLATES {
        let prompt = Prompt::parse(&format!("prompts/{agent}.prompty"), source).unwrap();
        assert_eq!(prompt.undeclared(), Vec::<String>::new(), "{agent}");
        let messages = prompt.render(&little()).unwrap();
        assert!(
            messages[1].text.contains("It froze.") && !messages[0].text.contains("written for"),
            "{agent}"
        );

        let mut much = little();
        much.parameters = [("audience", "sailors"), ("idea", "a frozen sea")]
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .into();
        much.iteration = 2;
        much.absent.clear();
        let polish = json!({"title": "Ice", "text": "The sea froze.", "changes": []});
        let review = json!({"quality_score": 88.5, "decision": "polish", "strengths": [], "suggestions": [
            {"id": "s1", "where": "The sea", "why": "which sea?", "priority": "high", "fix": "The bay"},
            {"where": "froze", "why": "plain", "priority": "low"},
        ]});
        much.artifacts = [("polish".to_owned(), polish), ("review".to_owned(), review)].into();
        much.local_review = Some("Measured score: 99 of 100".into());
        let messages = prompt.render(&much).unwrap();
        assert!(messages[0].text.contains("sailors") && messages[0].text.contains("a frozen sea"), "{agent}");
        for given in ["The sea froze.", "which sea?", "plain", "88.5", "Measured score"] {
            assert!(messages[1].text.contains(given), "{agent}: {given}");
        }
        assert!(!messages[1].text.contains("It froze."), "{agent}: the text that stands is the polished one");
    }
}
