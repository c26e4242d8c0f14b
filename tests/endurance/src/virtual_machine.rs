use std::{env, fmt::Write as _, path::Path, process::Command};

use anyhow::Result;
use lab::{Namespace, Process};

use crate::{
    Kernel,
    initramfs::Initramfs,
    kernel::output,
    road::{Road, Side},
};

/// A machine in QEMU at the far end of some roads, with the kernel's own WireGuard; it ends with this value.
#[derive(Debug)]
pub(crate) struct VirtualMachine {
    _process: Process,
}

impl VirtualMachine {
    /// Starts it at the end of a cable from this room, named `cable`, which is made for it. It takes some seconds until
    /// the machine is there. What its console says goes into a file `console` of the folder.
    pub(crate) fn boot(kernel: &Kernel, room: &Namespace, roads: &[Road], folder: &Path) -> Result<Self> {
        room.ip(&["tuntap add dev cable mode tap", "link set cable up"])?;
        let initramfs = folder.join("initramfs");
        furnish(kernel, roads, folder)?.pack(&initramfs)?;
        let mut qemu = room.command("qemu-system-x86_64");
        qemu.args(MACHINE)
            .args(["-append", "console=ttyS0 quiet panic=-1"])
            .arg("-kernel")
            .arg(kernel.image())
            .arg("-initrd")
            .arg(initramfs);

        Ok(Self { _process: Process::start("QEMU", qemu, &folder.join("console"))? })
    }
}

/// One processor that is emulated, since there may be no other; no option ROM, since there is nothing to boot from.
const MACHINE: &[&str] = &[
    "-accel",
    "tcg",
    "-cpu",
    "max",
    "-m",
    "256",
    "-nodefaults",
    "-no-reboot",
    "-display",
    "none",
    "-serial",
    "stdio",
    "-netdev",
    "tap,id=cable,ifname=cable,script=no,downscript=no",
    "-device",
    "virtio-net-pci,netdev=cable,romfile=",
];

fn furnish(kernel: &Kernel, roads: &[Road], scratch: &Path) -> Result<Initramfs> {
    let initramfs = Initramfs::with_busybox()?;
    for (number, module) in kernel.modules().iter().enumerate() {
        let name = module.file_name().unwrap_or_default().to_string_lossy();
        initramfs.copy(module, &format!("/modules/{number:02}-{name}"))?;
    }
    let stripped = scratch.join("endurance");
    output(Command::new("strip").arg("-o").arg(&stripped).arg(env::current_exe()?))?;
    initramfs.add_program(&stripped, "/bin/endurance")?;
    initramfs.add_program(Path::new("/usr/bin/wg"), "/bin/wg")?;
    for road in roads {
        let name = road.interface(Side::Away)?;
        initramfs.write(&format!("/{name}.conf"), &road.configuration(Side::Away).to_string())?;
    }
    initramfs.write("/init", &init(roads)?)?;

    Ok(initramfs)
}

/// The script that is the machine's first process.
fn init(roads: &[Road]) -> Result<String> {
    let [v4, v6] = Side::Away.nets();
    let mut script = PREPARE.to_owned();
    writeln!(script, "ip address add {v4} dev eth0\nip address add {v6} dev eth0\nip link set eth0 up")?;
    for road in roads {
        let name = road.interface(Side::Away)?;
        writeln!(script, "ip link add {name} type wireguard\nwg setconf {name} /{name}.conf")?;
        for net in road.inner_nets(Side::Away) {
            writeln!(script, "ip address add {net} dev {name}")?;
        }
        writeln!(script, "ip link set {name} mtu 1420 up")?;
        if road.initiator == Side::Away {
            let [home, _] = road.inner(Side::Home);
            writeln!(script, "ping -c 1 -W 5 {home} &")?;
        }
    }
    script.push_str("exec /bin/endurance mirror\n");

    Ok(script)
}

const PREPARE: &str = "\
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in /modules/*; do insmod \"$module\"; done
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad
ip link set lo up
";
