#include "engine/survey/hadamard.hpp"

#include <utility>

namespace canvass::survey {

namespace {

bool is_prime(std::size_t n) {
  if (n < 2) {
    return false;
  }
  for (std::size_t d = 2; d * d <= n; ++d) {
    if (n % d == 0) {
      return false;
    }
  }
  return true;
}

/// How a matrix of an order is had; 0: not at all.
enum class Way { none, one, two, paley_first, paley_second, doubled };

Way way(std::size_t order) {
  if (order <= 2) {
    return order == 1 ? Way::one : order == 2 ? Way::two : Way::none;
  }
  if (order % 4 != 0) {
    return Way::none;
  }
  if (is_prime(order - 1)) { // 3 modulo 4, as the order is divisible by 4
    return Way::paley_first;
  }
  if (order / 2 % 4 == 2 && is_prime(order / 2 - 1)) { // 1 modulo 4
    return Way::paley_second;
  }
  return way(order / 2) != Way::none ? Way::doubled : Way::none;
}

/// Is i - j a square modulo q: +1, -1, or 0 where they are equal.
class Character {
public:
  explicit Character(std::size_t q) : q_(q), of_(q, -1) {
    for (std::size_t x = 1; x < q; ++x) {
      of_[x * x % q] = 1;
    }
    of_[0] = 0;
  }
  [[nodiscard]] std::int8_t operator()(std::size_t i, std::size_t j) const { return of_[(i + q_ - j) % q_]; }

private:
  std::size_t q_;
  std::vector<std::int8_t> of_;
};

std::int8_t times(int a, int b) {
  return static_cast<std::int8_t>(a * b);
}

Hadamard build(std::size_t order) {
  Hadamard h;
  h.order = order;
  h.entries.assign(order * order, 1);
  const auto at = [&](std::size_t row, std::size_t column) -> std::int8_t& { return h.entries[row * order + column]; };
  switch (way(order)) {
  case Way::none:
  case Way::one: break;
  case Way::two: at(1, 1) = -1; break;
  case Way::paley_first: { // I + S, S skew: a border of ones around the character
    const std::size_t q = order - 1;
    const Character character(q);
    for (std::size_t i = 0; i < q; ++i) {
      at(i + 1, 0) = -1;
      for (std::size_t j = 0; j < q; ++j) {
        at(i + 1, j + 1) = i == j ? std::int8_t{1} : character(i, j);
      }
    }
    break;
  }
  case Way::paley_second: { // a symmetric conference matrix C: 0 becomes [1 -1; -1 -1], +-1 becomes +-[1 1; 1 -1]
    const std::size_t q = order / 2 - 1;
    const Character character(q);
    constexpr std::int8_t zero[2][2] = {{1, -1}, {-1, -1}};
    constexpr std::int8_t one[2][2] = {{1, 1}, {1, -1}};
    for (std::size_t i = 0; i <= q; ++i) {
      for (std::size_t j = 0; j <= q; ++j) {
        const std::int8_t c = i == j ? std::int8_t{0} : (i == 0 || j == 0) ? std::int8_t{1} : character(i - 1, j - 1);
        for (std::size_t k = 0; k < 2; ++k) {
          for (std::size_t l = 0; l < 2; ++l) {
            at(2 * i + k, 2 * j + l) = c == 0 ? zero[k][l] : times(c, one[k][l]);
          }
        }
      }
    }
    break;
  }
  case Way::doubled: {
    const Hadamard half = build(order / 2);
    for (std::size_t i = 0; i < order; ++i) {
      for (std::size_t j = 0; j < order; ++j) {
        const int sign = i >= half.order && j >= half.order ? -1 : 1;
        at(i, j) = times(sign, half(i % half.order, j % half.order));
      }
    }
    break;
  }
  }
  // Rows and columns may change sign: the first of each is made all ones.
  for (std::size_t column = 0; column < order; ++column) {
    if (at(0, column) < 0) {
      for (std::size_t row = 0; row < order; ++row) {
        at(row, column) = times(-1, at(row, column));
      }
    }
  }
  for (std::size_t row = 0; row < order; ++row) {
    if (at(row, 0) < 0) {
      for (std::size_t column = 0; column < order; ++column) {
        at(row, column) = times(-1, at(row, column));
      }
    }
  }
  return h;
}

} // namespace

Hadamard hadamard(std::size_t order) {
  while (way(order) == Way::none) {
    ++order;
  }
  return build(order);
}

} // namespace canvass::survey
