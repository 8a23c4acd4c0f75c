//! What models cost: the table in the program, with the author's own laid over it.
//!
//! A price that is not known is `None`, and never nothing: a budget must not run past a model it cannot price.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{ModelRef, Money, Providers, Usage};

/// The table that ships with the program.
const BUILT_IN: &str = include_str!("../../assets/prices.json");

/// What a model costs, in US dollars for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// A million tokens of prompt.
    pub input: f64,
    /// A million tokens of answer.
    pub output: f64,
}

/// The prices of models, by reference.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    models: BTreeMap<ModelRef, Price>,
    free: BTreeSet<String>,
}

/// A price table that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadPrices {
    /// It is not the JSON of a price table.
    #[error(
        "the price table does not read: {0}; it wants {{\"models\": {{\"provider/model\": {{\"input\": 1.0, \"output\": 2.0}}}}}}"
    )]
    Json(#[from] serde_json::Error),
    /// A price is below nothing, or no number.
    #[error("the price of {0} is not an amount of dollars: give 0 or more")]
    Amount(ModelRef),
}

#[derive(Deserialize)]
struct Table {
    models: BTreeMap<ModelRef, Price>,
}

impl Prices {
    /// The table in the program; the offline author and local servers are free.
    #[must_use]
    pub fn built_in() -> Self {
        static TABLE: LazyLock<Prices> = LazyLock::new(|| {
            Prices::from_json(BUILT_IN).expect("the price table in the program is read by a test")
        });
        TABLE.clone().with_free(&Providers::built_in())
    }

    /// A table of the same shape as the one in the program.
    pub fn from_json(json: &str) -> Result<Self, BadPrices> {
        let table: Table = serde_json::from_str(json)?;
        Self::default().with_models(table.models)
    }

    /// The author's own table, laid over this one.
    pub fn overlaid_json(self, json: &str) -> Result<Self, BadPrices> {
        let table: Table = serde_json::from_str(json)?;
        self.with_models(table.models)
    }

    /// The author's own prices, laid over these.
    pub fn with_models(
        mut self,
        models: impl IntoIterator<Item = (ModelRef, Price)>,
    ) -> Result<Self, BadPrices> {
        for (reference, price) in models {
            if [price.input, price.output].iter().any(|amount| !(0.0..1e6).contains(amount)) {
                return Err(BadPrices::Amount(reference));
            }
            self.models.insert(reference, price);
        }
        Ok(self)
    }

    /// The same prices with the free providers of `providers`, in place of those before.
    #[must_use]
    pub fn with_free(mut self, providers: &Providers) -> Self {
        self.free = providers.free();
        self
    }

    /// Every model with a price, by reference.
    pub fn iter(&self) -> impl Iterator<Item = (&ModelRef, &Price)> {
        self.models.iter()
    }

    /// The price of a model: its own, else that of the name without its date, else none at a free provider.
    #[must_use]
    pub fn price(&self, model: &ModelRef) -> Option<Price> {
        let undated = || undated(model.as_str()).and_then(|name| name.parse::<ModelRef>().ok());
        self.models
            .get(model)
            .or_else(|| self.models.get(&undated()?))
            .copied()
            .or_else(|| self.free.contains(model.provider()).then_some(Price { input: 0.0, output: 0.0 }))
    }

    /// What a call cost; `None` if the price is not known.
    #[must_use]
    pub fn cost(&self, model: &ModelRef, usage: &Usage) -> Option<Money> {
        let price = self.price(model)?;
        Some(tokens_at(usage.input_tokens, price.input) + tokens_at(usage.output_tokens, price.output))
    }

    /// The most that a call can cost: what is reserved before it.
    #[must_use]
    pub fn worst_case(&self, model: &ModelRef, input_tokens: u64, max_output: u32) -> Option<Money> {
        self.cost(model, &Usage { input_tokens, output_tokens: u64::from(max_output), estimated: true })
    }
}

/// `tokens` at a price for a million, rounded up to the nano-dollar.
fn tokens_at(tokens: u64, dollars: f64) -> Money {
    // A dollar for a million tokens is a thousand nano-dollars a token; prices keep six digits of that.
    let micros_a_token = i128::from((dollars * 1e9).round() as i64);
    let nanos = (i128::from(tokens) * micros_a_token + 999_999) / 1_000_000;
    Money::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
}

/// A dated name without its date, as in `claude-haiku-4-5-20251001` and `gpt-4o-2024-08-06`, or without `-latest`.
fn undated(name: &str) -> Option<&str> {
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let (head, tail) = name.rsplit_once('-')?;
    if tail == "latest" || digits(tail, 8) {
        return Some(head);
    }
    let (head, _) = head.rsplit_once('-').filter(|(_, month)| digits(month, 2) && digits(tail, 2))?;
    head.rsplit_once('-').filter(|(_, year)| digits(year, 4)).map(|(head, _)| head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(name: &str) -> ModelRef {
        name.parse().unwrap()
    }

    fn used(input_tokens: u64, output_tokens: u64) -> Usage {
        Usage { input_tokens, output_tokens, estimated: false }
    }

    #[test]
    fn a_known_model_costs_its_tokens() {
        let prices = Prices::built_in();
        let cost = prices.cost(&model("openai/gpt-4o-mini"), &used(1_000_000, 1_000_000));
        assert_eq!(cost, Some(Money::from_dollars(0.75)));
        assert_eq!(
            prices.cost(&model("openai/gpt-4o-mini"), &used(1000, 500)).unwrap().to_string(),
            "$0.0005"
        );
    }

    #[test]
    fn a_dated_name_costs_what_its_model_costs() {
        let prices = Prices::built_in();
        for (dated, plain) in [
            ("anthropic/claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5"),
            ("openai/gpt-4.1-2025-04-14", "openai/gpt-4.1"),
        ] {
            assert!(prices.price(&model(plain)).is_some());
            assert_eq!(prices.price(&model(dated)), prices.price(&model(plain)));
        }
    }

    #[test]
    fn an_unknown_price_is_unknown_and_not_nothing() {
        let prices = Prices::built_in();
        for name in ["openai/gpt-of-tomorrow", "nobody/nothing", "openai/gpt-4o-mini-7", "x/-latest"] {
            assert_eq!(prices.cost(&model(name), &used(10, 10)), None, "{name}");
            assert_eq!(prices.worst_case(&model(name), 10, 10), None, "{name}");
        }
    }

    #[test]
    fn what_runs_at_home_is_free() {
        let prices = Prices::built_in();
        for name in ["offline/rehearsal", "ollama/qwen3", "llamacpp/any", "vllm/any"] {
            assert_eq!(prices.worst_case(&model(name), 10_000, 10_000), Some(Money::ZERO), "{name}");
        }
    }

    #[test]
    fn the_authors_prices_lie_over_the_tables() {
        let own = [(model("openai/gpt-4o-mini"), Price { input: 1.0, output: 2.0 })];
        let prices = Prices::built_in().with_models(own).unwrap();
        assert_eq!(
            prices.cost(&model("openai/gpt-4o-mini"), &used(1_000_000, 0)),
            Some(Money::from_dollars(1.0))
        );
    }

    #[test]
    fn a_price_that_is_no_amount_is_refused() {
        for amount in [-1.0, f64::NAN, f64::INFINITY] {
            let own = [(model("a/b"), Price { input: amount, output: 1.0 })];
            assert!(matches!(Prices::default().with_models(own), Err(BadPrices::Amount(_))));
        }
        assert!(Prices::from_json("{}").is_err());
    }

    #[test]
    fn fractions_of_a_nano_dollar_round_up() {
        let own = [(model("a/b"), Price { input: 0.000_5, output: 0.0 })];
        let prices = Prices::default().with_models(own).unwrap();
        assert_eq!(prices.cost(&model("a/b"), &used(1, 0)), Some(Money::from_nanos(1)));
        assert_eq!(prices.cost(&model("a/b"), &used(4, 0)), Some(Money::from_nanos(2)));
    }
}
