#ifndef CANVASS_TESTS_SUPPORT_CATCH_HPP
#define CANVASS_TESTS_SUPPORT_CATCH_HPP

/// The one header that tests include for Catch2: version 2.13 (Debian 12) and 3.x (Debian 13) look the same behind it.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif

#endif
