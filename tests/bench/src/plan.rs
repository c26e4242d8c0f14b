use bench::Kind;

use crate::{
    setting::{Link, Pairing, Setting, Topology},
    workload::Workload,
};

/// All that is measured in one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan(Vec<Step>);

/// What is measured of one pairing in one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) setting: Setting,
    pub(crate) pairing: Pairing,
    pub(crate) workloads: Vec<Workload>,
}

/// What somebody wants to know; all of it where nothing is said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wishes {
    pub(crate) gateways: Vec<Kind>,
    pub(crate) topologies: Vec<Topology>,
    pub(crate) links: Vec<Link>,
    pub(crate) workloads: Vec<Workload>,
}

impl Plan {
    /// Everything in the plain setting. In the others only TCP, which is what their bars are about, unless more is asked
    /// for.
    pub(crate) fn new(wishes: &Wishes) -> Self {
        let mut steps = Vec::new();
        for setting in settings(wishes) {
            let wanted: &[Workload] = match wishes.workloads.as_slice() {
                [] if setting == PLAIN => &Workload::ALL,
                [] => &[Workload::Tcp],
                some => some,
            };
            for pairing in pairings(setting, wishes) {
                let fits = |workload: &Workload| {
                    workload.fits(setting.topology) && (!pairing.is_both() || *workload == Workload::Tcp)
                };
                let workloads = wanted.iter().copied().filter(fits).collect::<Vec<_>>();
                if !workloads.is_empty() {
                    steps.push(Step { setting, pairing, workloads });
                }
            }
        }

        Self(steps)
    }

    /// The steps of one round. Each round begins with another pairing, so that whatever the one before leaves behind (a
    /// warm processor, say) does not always meet the same.
    pub(crate) fn round(&self, round: u32) -> Vec<&Step> {
        let groups = self.0.chunk_by(|one, other| one.setting == other.setting);

        groups
            .flat_map(|group| {
                let first = round as usize % group.len();
                group[first..].iter().chain(&group[..first])
            })
            .collect()
    }

    /// Whose programs are needed.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        let mut kinds =
            self.0.iter().flat_map(|step| [step.pairing.gateway, step.pairing.client]).collect::<Vec<_>>();
        kinds.sort();
        kinds.dedup();

        kinds
    }
}

/// Where everything is measured.
pub(crate) const PLAIN: Setting = Setting { topology: Topology::Ends, link: Link::Veth };

fn settings(wishes: &Wishes) -> Vec<Setting> {
    let topologies = or_all(&wishes.topologies, &[Topology::Ends, Topology::Forwarded]);
    let links = or_all(&wishes.links, &[Link::Veth, Link::Wire]);

    topologies
        .iter()
        .flat_map(|topology| links.iter().map(|link| Setting { topology: *topology, link: *link }))
        .collect()
}

/// The client is always wireguard-go; ours is on both sides once more, in the plain setting.
fn pairings(setting: Setting, wishes: &Wishes) -> Vec<Pairing> {
    let gateways = or_all(&wishes.gateways, &Kind::ALL);
    let from_one_client = gateways.iter().copied().map(Pairing::of);
    let both =
        (setting == PLAIN && gateways.contains(&Kind::Latchkey)).then_some(Pairing::OURS_ON_BOTH_SIDES);

    from_one_client.chain(both).collect()
}

fn or_all<'a, T>(some: &'a [T], all: &'a [T]) -> &'a [T] {
    if some.is_empty() { all } else { some }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_gateways_are_in_every_setting_and_ours_on_both_sides_in_the_plain_one() {
        let plan = Plan::new(&Wishes::default());

        assert_eq!(plan.0.len(), 4 * 4 + 1);
        assert_eq!(plan.kinds(), Kind::ALL);
        assert!(plan.0.iter().any(|step| step.pairing.is_both()));
    }

    #[test]
    fn each_round_begins_with_another_and_leaves_out_nobody() {
        let plan = Plan::new(&Wishes { topologies: vec![Topology::Forwarded], ..Wishes::default() });

        let firsts = (0..4).map(|round| plan.round(round)[0].pairing.gateway).collect::<Vec<_>>();

        assert_eq!(firsts, Kind::ALL);
        assert!((0..9).all(|round| plan.round(round).len() == plan.0.len()));
    }

    #[test]
    fn what_the_rules_do_not_let_through_is_not_planned() {
        let wishes = Wishes { workloads: vec![Workload::Udp], ..Wishes::default() };

        let plan = Plan::new(&wishes);

        assert!(plan.0.iter().all(|step| step.setting.topology == Topology::Ends));
        assert!(plan.0.iter().all(|step| !step.pairing.is_both()));
    }

    #[test]
    fn a_wish_for_two_gateways_needs_no_other_program() {
        let wishes = Wishes { gateways: vec![Kind::Latchkey, Kind::Gotatun], ..Wishes::default() };

        assert_eq!(Plan::new(&wishes).kinds(), [Kind::Latchkey, Kind::WireguardGo, Kind::Gotatun]);
    }
}
