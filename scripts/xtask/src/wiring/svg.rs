use std::fmt::Write as _;

/// A drawing that grows: what is drawn later lies on top.
#[derive(Debug)]
pub(super) struct Drawing {
    width: i32,
    height: i32,
    body: String,
}

impl Drawing {
    /// An empty sheet of white paper. The title is what somebody hears who cannot see it.
    pub(super) fn new(width: i32, height: i32, title: &str) -> Self {
        let mut this = Self { width, height, body: format!("<title>{title}</title>\n") };
        this.rect((0, 0), (width, height), 0, "#ffffff", "none");

        this
    }

    pub(super) fn rect(
        &mut self,
        (x, y): Point,
        (width, height): Point,
        radius: i32,
        fill: &str,
        stroke: &str,
    ) {
        self.push(&format!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="2"/>"#
        ));
    }

    pub(super) fn circle(&mut self, (x, y): Point, radius: i32, fill: &str, stroke: &str) {
        self.push(&format!(
            r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="2"/>"#
        ));
    }

    /// A line through these points.
    pub(super) fn line(&mut self, points: &[Point], ink: &str, width: i32) {
        let points = points.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ");
        self.push(&format!(
            r#"<polyline points="{points}" fill="none" stroke="{ink}" stroke-width="{width}" stroke-linejoin="round" stroke-linecap="round"/>"#
        ));
    }

    /// A wire through these points, with a bright rim, so that the eye follows it over others.
    pub(super) fn wire(&mut self, points: &[Point], ink: &str) {
        self.line(points, "#ffffff", 9);
        self.line(points, ink, 5);
    }

    /// A closed surface.
    pub(super) fn shape(&mut self, points: &[Point], fill: &str) {
        let points = points.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ");
        self.push(&format!(r#"<polygon points="{points}" fill="{fill}"/>"#));
    }

    /// A line of text; `anchor` says which point of it lies at this place.
    pub(super) fn text(&mut self, (x, y): Point, size: i32, anchor: Anchor, ink: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.push(&format!(
            r#"<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{ink}">{text}</text>"#
        ));
    }

    /// The whole file.
    pub(super) fn finish(self) -> String {
        let Self { width, height, body } = self;

        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" font-family=\"Helvetica, Arial, sans-serif\" role=\"img\">\n\
             <!-- Made by the chore `wiring` of xtask from hardware/pins.toml. -->\n{body}</svg>\n"
        )
    }

    fn push(&mut self, element: &str) {
        let _ = writeln!(self.body, "{element}");
    }
}

/// To the right and downwards.
pub(super) type Point = (i32, i32);

/// Where a text begins, has its middle, or ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

pub(super) const INK: &str = "#222222";
pub(super) const PALE: &str = "#8a8f98";
