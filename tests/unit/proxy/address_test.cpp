#include "core/http/address.hpp"
#include "tests/support/catch.hpp"

using vmcpauth::http::IpAddress;

TEST_CASE("address: only global unicast is public") {
  struct Case {
    const char* text;
    bool is_public;
  };
  const Case cases[] = {
      {"8.8.8.8", true},
      {"1.1.1.1", true},
      {"172.15.255.255", true},
      {"172.32.0.0", true},
      {"100.63.255.255", true},
      {"100.128.0.0", true},
      {"169.253.0.1", true},
      {"192.167.1.1", true},
      {"198.20.0.1", true},
      {"223.255.255.255", true},
      {"0.0.0.0", false},
      {"0.1.2.3", false},
      {"10.0.0.1", false},
      {"10.255.255.255", false},
      {"100.64.0.1", false},
      {"100.127.255.255", false},
      {"127.0.0.1", false},
      {"127.255.255.255", false},
      {"169.254.169.254", false},
      {"172.16.0.1", false},
      {"172.31.255.255", false},
      {"192.0.0.8", false},
      {"192.0.2.1", false},
      {"192.88.99.1", false},
      {"192.168.1.1", false},
      {"198.18.0.1", false},
      {"198.19.255.255", false},
      {"198.51.100.7", false},
      {"203.0.113.7", false},
      {"224.0.0.1", false},
      {"240.0.0.1", false},
      {"255.255.255.255", false},
      {"2606:4700::1111", true},
      {"2a00:1450::1", true},
      {"2003::1", true},
      {"::", false},
      {"::1", false},
      {"fe80::1", false},
      {"febf::1", false},
      {"fec0::1", false},
      {"fc00::1", false},
      {"fdff::1", false},
      {"ff02::1", false},
      {"2001:db8::1", false},
      {"3fff::1", false},
      {"2001::1", false},
      {"2001:2::1", false},
      {"100::1", false},
      {"4000::1", false},
      {"::ffff:8.8.8.8", true},
      {"::ffff:10.0.0.1", false},
      {"::ffff:127.0.0.1", false},
      {"::ffff:169.254.169.254", false},
      {"::10.0.0.1", false},
      {"::8.8.8.8", false},
      {"::ffff:0:10.0.0.1", false},
      {"64:ff9b::8.8.8.8", true},
      {"64:ff9b::10.0.0.1", false},
      {"64:ff9b::7f00:1", false},
      {"64:ff9b:1::8.8.8.8", false},
      {"2002:0808:0808::1", true},
      {"2002:0a00:0001::1", false},
      {"2002:7f00:0001::1", false},
      {"2002:a9fe:a9fe::1", false},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    const auto address = IpAddress::parse(c.text);
    REQUIRE(address);
    CHECK(vmcpauth::http::is_public_address(*address) == c.is_public);
  }
}

TEST_CASE("address: loopback is loopback in every form, and nothing else") {
  for (const char* text : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) CHECK(is_loopback_address(*IpAddress::parse(text)));
  for (const char* text : {"128.0.0.1", "::2", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1", "0.0.0.0", "::"}) {
    INFO(text);
    CHECK_FALSE(is_loopback_address(*IpAddress::parse(text)));
  }
}

TEST_CASE("address: only whole canonical forms are read") {
  for (const char* text :
       {"", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0x7f.0.0.1", "2130706433", "1.2.3.256", "[::1]", "fe80::1%eth0", "localhost", "::1 ", "1.2.3.4 "}) {
    INFO(text);
    CHECK_FALSE(IpAddress::parse(text));
  }
  CHECK(IpAddress::parse("2001:DB8::0001")->text() == "2001:db8::1");
}
