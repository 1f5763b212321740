#ifndef CANVASS_ENGINE_RESPONSES_RARE_TEXT_HPP
#define CANVASS_ENGINE_RESPONSES_RARE_TEXT_HPP

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace canvass {

/// A text that is nearly always empty, as in a cell that holds a code: eight bytes then, against 32 of a std::string.
/// 60,000 answer sheets of 100 cells fit in 150 MB so. Behaves as a value.
class RareText {
public:
  RareText() = default;
  RareText(std::string text) : text_(text.empty() ? nullptr : std::make_unique<std::string>(std::move(text))) {}
  RareText(std::string_view text) : RareText(std::string(text)) {}
  RareText(const char* text) : RareText(std::string(text)) {}
  RareText(const RareText& other) : text_(other.text_ ? std::make_unique<std::string>(*other.text_) : nullptr) {}
  RareText(RareText&&) noexcept = default;
  RareText& operator=(const RareText& other) {
    if (this != &other) {
      text_ = other.text_ ? std::make_unique<std::string>(*other.text_) : nullptr;
    }
    return *this;
  }
  RareText& operator=(RareText&&) noexcept = default;
  ~RareText() = default;

  [[nodiscard]] bool empty() const noexcept { return text_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return text_ ? text_->size() : 0; }
  [[nodiscard]] const std::string& str() const {
    static const std::string nothing;
    return text_ ? *text_ : nothing;
  }
  operator const std::string&() const { return str(); }
  operator std::string_view() const { return str(); }
  void clear() noexcept { text_.reset(); }

  friend bool operator==(const RareText& a, const RareText& b) { return a.str() == b.str(); }
  friend bool operator==(const RareText& a, const std::string& b) { return a.str() == b; }
  friend bool operator==(const RareText& a, std::string_view b) { return a.str() == b; }
  friend bool operator==(const RareText& a, const char* b) { return a.str() == b; }
  friend std::ostream& operator<<(std::ostream& out, const RareText& text) { return out << text.str(); }

private:
  std::unique_ptr<std::string> text_;
};

} // namespace canvass

#endif
