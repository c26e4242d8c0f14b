//! A house of network namespaces: phone, internet, router, home, gateway, Home Assistant.
