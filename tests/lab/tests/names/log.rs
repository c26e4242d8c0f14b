use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use lab::providers::Service;

/// All that is logged in this process, to the last detail, by whomever.
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn capture() -> Self {
        let log = Self(Arc::default());
        let lines = Arc::clone(&log.0);
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || Lines(Arc::clone(&lines)))
            .init();

        log
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no writer panics")).into_owned()
    }
}

struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Neither as they are nor as they are sent.
pub(crate) fn assert_no_secret(text: &str) {
    for service in Service::ALL {
        let secret = service.secret();
        let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let user = service.user().unwrap_or_default();
        let basic = BASE64_STANDARD.encode(format!("{user}:{secret}"));
        for form in [secret.to_owned(), encoded, basic] {
            let line = text.lines().find(|line| line.contains(&form));
            assert_eq!(line, None, "{service:?}");
        }
    }
}
