#include "tests/support/catch.hpp"

#include "engine/core/hash.hpp"

#include <string>

using namespace canvass;

TEST_CASE("SHA-256 gives the values of FIPS 180-4", "[core][hash]") {
  CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256(std::string(1'000'000, 'a'))) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("parts are told apart", "[core][hash]") {
  CHECK(sha256_parts({}) == sha256(""));
  CHECK(sha256_parts({"ab", "c"}) != sha256_parts({"a", "bc"}));
  CHECK(sha256_parts({"", "a"}) != sha256_parts({"a", ""}));
  CHECK(sha256_parts({"a"}) == sha256(std::string("\x01\0\0\0\0\0\0\0a", 9)));
}

TEST_CASE("random bytes are of the length asked for and not repeated", "[core][hash]") {
  CHECK(random_bytes(0).empty());
  CHECK(random_bytes(16).size() == 16);
  CHECK(random_bytes(16) != random_bytes(16));
}
