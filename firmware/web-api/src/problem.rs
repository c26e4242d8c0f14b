use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{Refusal, wire};

/// A refusal on its way to the browser: a status for programs, a sentence for people.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    sentence: String,
}

impl Problem {
    /// `code` never changes its meaning; `sentence` says what to do.
    pub(crate) fn new(status: StatusCode, code: &'static str, sentence: impl Into<String>) -> Self {
        Self { status, code, sentence: sentence.into() }
    }

    /// A value that cannot be, in the words of the type that refused it.
    pub(crate) fn invalid(why: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", as_sentence(why))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        tracing::debug!(status = %self.status, code = self.code, "Request refused");

        (self.status, Json(wire::Problem { code: self.code.to_owned(), sentence: self.sentence }))
            .into_response()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let sentence = refusal.to_string();
        match refusal {
            Refusal::NoSuchPeer => Self::new(StatusCode::NOT_FOUND, "no_such_peer", sentence),
            Refusal::NoSuchName => Self::new(StatusCode::NOT_FOUND, "no_such_name", sentence),
            Refusal::NameTaken => Self::new(StatusCode::CONFLICT, "name_taken", sentence),
            Refusal::KeyTaken => Self::new(StatusCode::CONFLICT, "key_taken", sentence),
            Refusal::Full => Self::new(StatusCode::CONFLICT, "full", sentence),
            Refusal::NotEmpty => Self::new(StatusCode::CONFLICT, "not_empty", sentence),
            Refusal::Backup { code, .. } => Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, sentence),
            Refusal::StartingAgain => Self::new(StatusCode::SERVICE_UNAVAILABLE, "starting_again", sentence),
            Refusal::Invalid(why) => Self::invalid(&why),
            Refusal::NotInForce(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "not_in_force", sentence),
            Refusal::StorageFull => Self::new(StatusCode::INSUFFICIENT_STORAGE, "storage_full", sentence),
            Refusal::Failed(source) => {
                tracing::error!(error = &*source, "Request failed");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", sentence)
            }
        }
    }
}

/// Whatever a stranger wrote may stand in `why`, so it is cut where nobody would read on.
fn as_sentence(why: &str) -> String {
    let mut characters = why.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);

    first.chain(characters).take(MOST_CHARS).collect()
}

/// Three lines on a small phone.
const MOST_CHARS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_becomes_a_sentence_of_bounded_length() {
        assert_eq!(as_sentence("a name is short"), "A name is short");
        assert_eq!(as_sentence("ß").chars().next(), Some('S'));
        assert_eq!(as_sentence(""), "");
        assert_eq!(as_sentence(&"ü".repeat(10_000)).chars().count(), MOST_CHARS);
    }
}
