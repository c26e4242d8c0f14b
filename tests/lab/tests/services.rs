//! What the box asks on the internet is there, under its real names, and tells from where it was asked.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::net::Ipv4Addr;

use lab::{House, Namespace, Options, Services, WayOut, addresses, providers::Service};

#[test]
fn every_room_finds_the_services_by_name_and_believes_them() {
    let house = House::build(Options { services: true, ..Options::default() }).unwrap();

    for room in [&house.gateway, &house.phone, &house.laptop] {
        for name in Services::ECHO {
            let own = if room.name() == "phone" { addresses::PHONE } else { addresses::ROUTER };
            assert_eq!(echo(room, "-4", name).as_deref(), Ok(own.to_string().as_str()), "{name}");
        }
        let url = format!("https://{}/update", Service::DuckDns.host());
        assert_eq!(room.request("GET", &url).send().unwrap().text(), "KO", "{}", room.name());
    }
    let asked = house.services.as_ref().unwrap().providers.asked(Service::DuckDns);
    assert_eq!(asked[0].from, addresses::GATEWAY_V6);
}

#[test]
fn stun_servers_and_echoes_see_the_address_that_the_internet_sees() {
    for way_out in [WayOut::Public, WayOut::CarrierGrade, WayOut::DoubleNat] {
        let house = House::build(Options { way_out, services: true, ..Options::default() }).unwrap();

        for server in Services::STUN {
            assert_eq!(stun(&house, server), Some(addresses::ROUTER), "{way_out:?}");
        }
        for name in Services::ECHO {
            assert_eq!(echo(&house.gateway, "-4", name), Ok(addresses::ROUTER.to_string()), "{way_out:?}");
            assert_eq!(
                echo(&house.gateway, "-6", name),
                Ok(addresses::GATEWAY_V6.to_string()),
                "{way_out:?}"
            );
        }
    }
}

#[test]
fn a_silent_stun_server_leaves_the_other_alone() {
    let mut house = House::build(Options { services: true, ..Options::default() }).unwrap();

    house.services.as_mut().unwrap().stun[0].kill();

    assert_eq!(Services::STUN.map(|server| stun(&house, server)), [None, Some(addresses::ROUTER)]);
}

/// As whom a STUN server sees the gateway (RFC 8489, 14.2).
fn stun(house: &House, (name, port): (&str, u16)) -> Option<Ipv4Addr> {
    let server = house.services.as_ref().unwrap().name_server.addresses(name).unwrap()[0];
    let socket = house.gateway.udp_socket((addresses::GATEWAY, 0)).unwrap();
    let mut request = [0; 20];
    request[..8].copy_from_slice(&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]);
    socket.send_to(&request, (server, port)).unwrap();
    let mut answer = [0; 256];
    let length = socket.recv(&mut answer).ok()?;
    // XOR-MAPPED-ADDRESS of 8 bytes, of which the last 4 are the address behind the magic cookie.
    let place = answer[20..length].windows(4).position(|four| four == [0, 0x20, 0, 8])?;
    let address: [u8; 4] = answer[20 + place + 8..][..4].try_into().unwrap();

    Some(Ipv4Addr::from_bits(u32::from_be_bytes(address) ^ 0x2112_a442))
}

/// What a page says to a request over one family.
fn echo(room: &Namespace, family: &str, name: &str) -> Result<String, String> {
    let said = room.run(&format!("curl --silent --show-error --max-time 5 {family} https://{name}/"));

    said.map(|text| text.trim().to_owned()).map_err(|error| format!("{error:#}"))
}
