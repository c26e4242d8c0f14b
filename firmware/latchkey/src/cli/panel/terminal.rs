use std::{
    io::{self, Write as _},
    panic,
    time::Duration,
};

use crossterm::{
    cursor::{Hide, MoveTo, MoveToNextLine, Show},
    event::{
        self, DisableFocusChange, EnableFocusChange, Event, KeyboardEnhancementFlags,
        PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
    },
    execute, queue,
    style::Print,
    terminal::{
        self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
        LeaveAlternateScreen,
    },
};
use tokio::sync::mpsc;

/// The terminal while it shows the panel; afterwards it is as it was, whatever happened.
#[derive(Debug)]
pub(super) struct Terminal {
    /// Whether it tells when a key is let go (the kitty keyboard protocol).
    pub(super) hears_releases: bool,
    /// What is struck.
    pub(super) events: mpsc::Receiver<Event>,
}

impl Terminal {
    /// Takes the whole screen and the keyboard.
    pub(super) fn enter() -> io::Result<Self> {
        let earlier = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            restore();
            earlier(info);
        }));

        let hears_releases = Self::take().inspect_err(|_| restore())?;
        let (sender, events) = mpsc::channel(UNREAD_EVENTS);
        tokio::task::spawn_blocking(move || listen(&sender));

        Ok(Self { hears_releases, events })
    }

    /// Shows these lines.
    pub(super) fn draw(&self, lines: &[String]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        queue!(out, BeginSynchronizedUpdate, MoveTo(0, 0))?;
        for line in lines {
            queue!(out, Print(line), Clear(ClearType::UntilNewLine), MoveToNextLine(1))?;
        }
        queue!(out, Clear(ClearType::FromCursorDown), EndSynchronizedUpdate)?;

        out.flush()
    }

    fn take() -> io::Result<bool> {
        terminal::enable_raw_mode()?;
        let hears_releases = terminal::supports_keyboard_enhancement().unwrap_or(false);
        execute!(io::stdout(), EnterAlternateScreen, Hide)?;
        if hears_releases {
            let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES
                | KeyboardEnhancementFlags::REPORT_EVENT_TYPES
                | KeyboardEnhancementFlags::REPORT_ALL_KEYS_AS_ESCAPE_CODES;
            execute!(io::stdout(), PushKeyboardEnhancementFlags(flags), EnableFocusChange)?;
        }

        Ok(hears_releases)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Undoes all that [`Terminal::enter`] may have done; undoing what was not done does no harm.
fn restore() {
    let _ = execute!(
        io::stdout(),
        DisableFocusChange,
        PopKeyboardEnhancementFlags,
        Show,
        EndSynchronizedUpdate,
        LeaveAlternateScreen
    );
    let _ = terminal::disable_raw_mode();
}

/// Hands on what is struck until nobody wants to know.
fn listen(events: &mpsc::Sender<Event>) {
    while !events.is_closed() {
        match event::poll(GLANCE).and_then(|any| any.then(event::read).transpose()) {
            Ok(Some(event)) => drop(events.blocking_send(event)),
            Ok(None) => {}
            Err(_) => return,
        }
    }
}

/// How long leaving may take.
const GLANCE: Duration = Duration::from_millis(50);
const UNREAD_EVENTS: usize = 16;
