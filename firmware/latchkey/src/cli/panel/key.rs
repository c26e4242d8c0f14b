use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use panel::Hand;

/// What a key on the keyboard does to the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Push, and let go when the hand has come this far.
    PushUntil(Hand),
    /// Push, and keep on.
    Push,
    /// Let go.
    LetGo,
    /// Draw everything again.
    Redraw,
    /// Leave the panel.
    Quit,
}

impl Action {
    /// Reads what the terminal says. Most terminals say only that a key was struck; `hears_releases` are those that
    /// also say when it was let go, so that SPACE can be the button itself.
    pub(super) fn from_event(event: &Event, hears_releases: bool) -> Option<Self> {
        match event {
            Event::Key(key) => Self::from_key(*key, hears_releases),
            Event::Resize(..) => Some(Self::Redraw),
            // The release of the key would go to another window.
            Event::FocusLost if hears_releases => Some(Self::LetGo),
            Event::FocusLost | Event::FocusGained | Event::Mouse(_) | Event::Paste(_) => None,
        }
    }

    fn from_key(key: KeyEvent, hears_releases: bool) -> Option<Self> {
        let with_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match (key.code, key.kind) {
            (KeyCode::Char(' '), KeyEventKind::Press) if hears_releases => Some(Self::Push),
            (KeyCode::Char(' '), KeyEventKind::Release) => Some(Self::LetGo),
            (KeyCode::Char(' '), KeyEventKind::Press) => Some(Self::PushUntil(Hand::Down)),
            (KeyCode::Char('c' | 'C'), KeyEventKind::Press) if with_control => Some(Self::Quit),
            (KeyCode::Char('q' | 'Q') | KeyCode::Esc, KeyEventKind::Press) => Some(Self::Quit),
            (KeyCode::Char('h' | 'H'), KeyEventKind::Press) => Some(Self::PushUntil(Hand::Hold)),
            (KeyCode::Char('l' | 'L'), KeyEventKind::Press) => Some(Self::PushUntil(Hand::LongHold)),
            (_, KeyEventKind::Press | KeyEventKind::Repeat | KeyEventKind::Release) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_is_a_press_where_the_terminal_hears_no_releases() {
        assert_eq!(struck(' ', KeyEventKind::Press, false), Some(Action::PushUntil(Hand::Down)));
        assert_eq!(struck(' ', KeyEventKind::Repeat, false), None);
    }

    #[test]
    fn space_is_the_button_itself_where_the_terminal_hears_releases() {
        assert_eq!(struck(' ', KeyEventKind::Press, true), Some(Action::Push));
        assert_eq!(struck(' ', KeyEventKind::Repeat, true), None);
        assert_eq!(struck(' ', KeyEventKind::Release, true), Some(Action::LetGo));
        assert_eq!(Action::from_event(&Event::FocusLost, true), Some(Action::LetGo));
    }

    #[test]
    fn the_other_keys_act_once() {
        assert_eq!(struck('h', KeyEventKind::Press, true), Some(Action::PushUntil(Hand::Hold)));
        assert_eq!(struck('l', KeyEventKind::Press, false), Some(Action::PushUntil(Hand::LongHold)));
        assert_eq!(struck('q', KeyEventKind::Press, false), Some(Action::Quit));
        assert_eq!(struck('h', KeyEventKind::Release, true), None);
        assert_eq!(struck('c', KeyEventKind::Press, true), None);

        let control_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(Action::from_event(&Event::Key(control_c), false), Some(Action::Quit));
    }

    fn struck(letter: char, kind: KeyEventKind, hears_releases: bool) -> Option<Action> {
        let key = KeyEvent::new_with_kind(KeyCode::Char(letter), KeyModifiers::NONE, kind);

        Action::from_event(&Event::Key(key), hears_releases)
    }
}
