use std::fmt;

/// A chain of rules, being written.
pub(crate) struct Chain {
    name: &'static str,
    rules: Vec<String>,
}

impl Chain {
    /// A chain that others jump to.
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, rules: Vec::new() }
    }

    /// A chain that the kernel passes packets through: its type, hook, priority and policy.
    pub(crate) fn hooked(name: &'static str, hook: &str) -> Self {
        Self { name, rules: vec![hook.to_owned()] }
    }

    pub(crate) fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rules.push(rule.into());
        self
    }

    pub(crate) fn rules(mut self, rules: impl IntoIterator<Item = String>) -> Self {
        self.rules.extend(rules);
        self
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "    chain {} {{", self.name)?;
        for rule in &self.rules {
            writeln!(f, "        {rule}")?;
        }

        writeln!(f, "    }}")
    }
}
