//! How long a server asks to wait: `Retry-After` in seconds or as a date, or Google's `retryDelay` in the body.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use serde_json::Value;

/// A longer wait is cut to this.
const MAX_WAIT: Duration = Duration::from_hours(365 * 24);

/// The wait that an answer asks for, if it does.
pub(super) fn retry_after(headers: &HeaderMap, body: Option<&Value>) -> Option<Duration> {
    let header = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    header("retry-after-ms")
        .and_then(|text| whole(text).map(Duration::from_millis))
        .or_else(|| {
            header("retry-after")
                .and_then(|text| whole(text).map(Duration::from_secs).or_else(|| until(text)))
        })
        .or_else(|| in_body(body?))
        .map(|wait| wait.min(MAX_WAIT))
}

/// Reads a whole number and nothing else: `1e9`, `inf` or `NaN` is not a number of seconds.
fn whole(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// The time left until a date such as `Fri, 20 Nov 2026 14:03:00 GMT`.
fn until(text: &str) -> Option<Duration> {
    let at = httpdate::parse_http_date(text).ok()?;
    Some(at.duration_since(SystemTime::now()).unwrap_or_default())
}

/// `"retryDelay": "34.5s"`, among the details of the error.
fn in_body(body: &Value) -> Option<Duration> {
    let outer = body.get(0).unwrap_or(body);
    let details = outer.get("error").unwrap_or(outer).get("details")?.as_array()?;
    let text = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    let (seconds, fraction) =
        text.strip_suffix('s').map(|text| text.split_once('.').unwrap_or((text, "0")))?;
    let _: u64 = whole(fraction)?;
    let tenths = u64::from(fraction.bytes().next()? - b'0');
    Duration::from_secs(whole(seconds)?).checked_add(Duration::from_millis(tenths * 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &'static str, value: &str) -> Option<Duration> {
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        retry_after(&headers, None)
    }

    #[test]
    fn seconds_and_milliseconds_are_read() {
        assert_eq!(asked("retry-after", "7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("retry-after-ms", "250"), Some(Duration::from_millis(250)));
        assert_eq!(retry_after(&HeaderMap::new(), None), None);
    }

    #[test]
    fn what_is_no_plain_number_is_ignored() {
        for text in ["soon", "-3", "+3", "1e3", "1e400", "inf", "NaN", "0x10", "3.5", "", "7 s", "٧"] {
            let headers = HeaderMap::from_iter([(
                "retry-after".parse().unwrap(),
                reqwest::header::HeaderValue::from_bytes(text.as_bytes()).unwrap(),
            )]);
            assert_eq!(retry_after(&headers, None), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_read() {
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_mins(10));
        let wait = asked("retry-after", &soon).unwrap();
        assert!((540..=600).contains(&wait.as_secs()), "{soon}: {wait:?}");
        assert_eq!(asked("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
    }

    #[test]
    fn googles_delay_is_read_from_the_body() {
        let body =
            serde_json::json!({ "error": { "details": [{ "@type": "RetryInfo", "retryDelay": "34.5s" }] } });
        assert_eq!(retry_after(&HeaderMap::new(), Some(&body)), Some(Duration::from_millis(34_500)));
        for odd in ["1e400s", "infs", "5", "-5s", "s", "5.s"] {
            let body = serde_json::json!([{ "error": { "details": [{ "retryDelay": odd }] } }]);
            assert_eq!(retry_after(&HeaderMap::new(), Some(&body)), None, "{odd}");
        }
    }

    #[test]
    fn a_wait_of_years_is_cut_to_a_year() {
        assert_eq!(asked("retry-after", "99999999999999999999999"), Some(MAX_WAIT));
        assert_eq!(asked("retry-after", "Fri, 20 Nov 2099 10:00:00 GMT"), Some(MAX_WAIT));
    }
}
