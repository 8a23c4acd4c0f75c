//! How long a server asks to wait: `Retry-After` in seconds or as a date, or Google's `retryDelay` in the body.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::HeaderMap;

/// No wait that a server asks for is believed beyond a day.
const LONGEST: Duration = Duration::from_hours(24);

/// The wait that an answer asks for, if it does.
pub(super) fn retry_after(headers: Option<&HeaderMap>, body: &str) -> Option<Duration> {
    let header = |name: &str| headers?.get(name)?.to_str().ok().map(str::trim);
    header("retry-after-ms")
        .and_then(|text| seconds(text).map(|wait| wait / 1000))
        .or_else(|| header("retry-after").and_then(|text| seconds(text).or_else(|| until(text))))
        .or_else(|| in_body(body))
        .map(|wait| wait.min(LONGEST))
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(seconds.min(1e9)).ok()
}

/// The time left until a date such as `Fri, 20 Nov 2026 14:03:00 GMT`.
fn until(text: &str) -> Option<Duration> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Some(Duration::from_secs(seconds_since_1970(text)?).saturating_sub(now))
}

fn seconds_since_1970(date: &str) -> Option<u64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, date) = date.split_once(", ")?;
    let parts: Vec<&str> = date.strip_suffix(" GMT")?.split([' ', ':']).collect();
    let [day, month, year, hour, minute, second] = parts[..] else { return None };
    let number = |text: &str| text.parse::<u16>().ok().map(i64::from);
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let (day, year) = (number(day)?, number(year)?);
    let (hour, minute, second) = (number(hour)?, number(minute)?, number(second)?);
    // Days from the civil date, with the year beginning in March so that the leap day comes last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (month * 153 + 2) / 5
        + day
        - 719_469;
    u64::try_from(days * 86_400 + hour * 3_600 + minute * 60 + second).ok()
}

fn in_body(body: &str) -> Option<Duration> {
    let (_, rest) = body.split_once("\"retryDelay\"")?;
    let text = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    seconds(text.split_once("s\"")?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())])
    }

    #[test]
    fn seconds_and_milliseconds_are_read() {
        assert_eq!(retry_after(Some(&headers("retry-after", "7")), ""), Some(Duration::from_secs(7)));
        assert_eq!(
            retry_after(Some(&headers("retry-after-ms", "250")), ""),
            Some(Duration::from_millis(250))
        );
        assert_eq!(retry_after(Some(&headers("retry-after", "soon")), ""), None);
        assert_eq!(retry_after(Some(&headers("retry-after", "-3")), ""), None);
        assert_eq!(retry_after(None, ""), None);
    }

    #[test]
    fn a_date_is_read() {
        assert_eq!(seconds_since_1970("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(seconds_since_1970("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
        assert_eq!(
            retry_after(Some(&headers("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")), ""),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn googles_delay_is_read_from_the_body() {
        let body = r#"{"error":{"details":[{"@type":"RetryInfo","retryDelay": "34.5s"}]}}"#;
        assert_eq!(retry_after(None, body), Some(Duration::from_millis(34_500)));
    }

    #[test]
    fn no_wait_is_longer_than_a_day() {
        assert_eq!(retry_after(Some(&headers("retry-after", "1e300")), ""), Some(LONGEST));
    }
}
