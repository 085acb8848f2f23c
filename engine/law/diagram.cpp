#include "engine/law/diagram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "engine/law/step_table.hpp"

namespace reglament {

namespace {

// ---- What both diagrams show -------------------------------------------------------------------

// All clauses that lead from one step to another, as one arrow.
struct Arrow {
  std::string_view from;  // a step, or not_filed
  std::string_view to;
  std::vector<std::string_view> labels;      // codes of the occasions
  std::vector<std::string_view> paragraphs;  // each once
};

void add_once(std::vector<std::string_view>& list, std::string_view item) {
  if (std::ranges::find(list, item) == list.end()) {
    list.push_back(item);
  }
}

void add_arrow(std::vector<Arrow>& arrows, const ClauseLine& clause, std::string_view to) {
  auto arrow = std::ranges::find_if(
      arrows, [&](const Arrow& known) { return known.from == clause.in && known.to == to; });
  if (arrow == arrows.end()) {
    arrow = arrows.insert(arrow, Arrow{clause.in, to, {}, {}});
  }
  add_once(arrow->labels, clause.on);
  add_once(arrow->paragraphs, clause.paragraph);
}

// In the order in which the clauses name them first; clauses that stay draw nothing but the side
// steps that they offer.
std::vector<Arrow> arrows_of(const Provisions& provisions) {
  std::vector<Arrow> arrows;
  for (const ClauseLine& clause : provisions.clauses) {
    if (!clause.stays) {
      add_arrow(arrows, clause, clause.next);
    }
    for (const std::string_view side : clause.offers) {
      add_arrow(arrows, clause, side);
    }
  }
  return arrows;
}

// "2 working days, 003 §10".
std::string term_line(const StepLine& step) {
  if (step.counted_from == CountedFrom::service_start) {
    return fmt::format("term of the service, {}", step.paragraph);
  }
  return step.term ? fmt::format("{}, {}", describe(*step.term), step.paragraph)
                   : fmt::format("no term, {}", step.paragraph);
}

// ---- Mermaid -----------------------------------------------------------------------------------

// Mermaid reads the characters of its own syntax in a text unless they come as #code;.
std::string mermaid_text(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    if (std::string_view("\"#;:<>\n").find(character) != std::string_view::npos) {
      escaped += character == '\n' ? " " : fmt::format("#{};", static_cast<int>(character));
    } else {
      escaped += character;
    }
  }
  return escaped;
}

std::string mermaid_id(std::string_view code) {
  std::string id(code);
  std::ranges::replace(id, '-', '_');
  return "s_" + id;
}

// ---- SVG ---------------------------------------------------------------------------------------

// Character data and attribute values of XML 1.0.
std::string xml_text(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    switch (character) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      default:
        escaped += character;
    }
  }
  return escaped;
}

// Characters, not bytes: titles hold Cyrillic.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (!lines.back().empty() && length(lines.back()) + 1 + length(word) > width) {
      lines.emplace_back();
    }
    lines.back().append(lines.back().empty() ? "" : " ").append(word);
  }
  return lines;
}

// Sizes in pixels.
constexpr int box_width = 176;
constexpr int box_height = 70;
constexpr int column_gap = 116;
constexpr int row_gap = 26;
constexpr int lane_margin = 30;
constexpr int lane_title = 150;
constexpr int heading = 46;
constexpr int line_height = 15;
constexpr int track_height = 18;

struct Box {
  const StepLine* step{};
  std::size_t lane{};
  std::size_t column{};
  std::size_t row{};
  int x{};
  int y{};

  [[nodiscard]] int middle() const { return y + box_height / 2; }
  [[nodiscard]] int right() const { return x + box_width; }
};

struct Lane {
  std::string_view title;
  std::size_t rows = 1;
  // Steps that are reached from afar: their arrows run above the boxes, a track for each.
  std::vector<std::string_view> tracks{};
  int y{};
  int height{};

  [[nodiscard]] int top() const {
    return y + lane_margin + static_cast<int>(tracks.size()) * track_height;
  }
  [[nodiscard]] int track(std::string_view step) const {
    return y + lane_margin - 8 +
           static_cast<int>(std::ranges::find(tracks, step) - tracks.begin()) * track_height;
  }
};

class Picture {
 public:
  explicit Picture(const Provisions& provisions)
      : provisions_(provisions), arrows_(arrows_of(provisions)) {
    place_waiting_steps();
    place_final_steps();
    lay_tracks();
    measure();
  }

  [[nodiscard]] std::string draw() const {
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
        "viewBox=\"0 0 {0} {1}\" font-family=\"DejaVu Sans, Arial, sans-serif\" font-size=\"12\" "
        "role=\"img\">\n<title>{2}</title>\n"
        "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" "
        "markerHeight=\"8\" orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\" "
        "fill=\"#334155\"/></marker>"
        "</defs>\n<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
        width_, height_, xml_text(provisions_.title));
    out += fmt::format(
        "<text x=\"16\" y=\"29\" font-size=\"16\" font-weight=\"bold\" "
        "fill=\"#0f172a\">{}</text>\n",
        xml_text(fmt::format("{} (edition {})", provisions_.title, provisions_.edition.code)));
    for (const Lane& lane : lanes_) {
      out += draw_lane(lane);
    }
    for (const Arrow& arrow : arrows_) {
      out += draw_arrow(arrow);
    }
    for (const Box& box : boxes_) {
      out += draw_box(box);
    }
    return out + "</svg>\n";
  }

 private:
  void place_waiting_steps() {
    for (const RoleLine& role : provisions_.roles) {
      lanes_.push_back({role.title});
    }
    for (const StepLine& step : provisions_.steps) {
      if (!step.is_final()) {
        const auto lane = static_cast<std::size_t>(
            std::ranges::find(provisions_.roles, step.role, &RoleLine::code) -
            provisions_.roles.begin());
        boxes_.push_back({&step, lane, boxes_.size(), 0});
      }
    }
  }

  // A result stands right behind the last step that leads to it, below those already there.
  void place_final_steps() {
    lanes_.push_back({"Result"});
    for (const StepLine& step : provisions_.steps) {
      if (!step.is_final()) {
        continue;
      }
      Box box{&step, lanes_.size() - 1, 0, 0};
      for (const Arrow& arrow : arrows_) {
        const Box* from = find(arrow.from);
        if (arrow.to == step.code && from != nullptr) {
          box.column = std::max(box.column, from->column + 1);
        }
      }
      box.row = static_cast<std::size_t>(std::ranges::count_if(boxes_, [&](const Box& other) {
        return other.lane == box.lane && other.column == box.column;
      }));
      lanes_.back().rows = std::max(lanes_.back().rows, box.row + 1);
      boxes_.push_back(box);
    }
  }

  [[nodiscard]] static bool is_far(const Box& from, const Box& to) {
    return to.column != from.column + 1;
  }

  void lay_tracks() {
    for (const Arrow& arrow : arrows_) {
      const Box* from = find(arrow.from);
      const Box* to = find(arrow.to);
      if (from != nullptr && is_far(*from, *to)) {
        add_once(lanes_[to->lane].tracks, arrow.to);
      }
    }
  }

  void measure() {
    int y = heading;
    for (Lane& lane : lanes_) {
      lane.y = y;
      const int rows = static_cast<int>(lane.rows);
      lane.height = lane.top() - lane.y + rows * box_height + (rows - 1) * row_gap + lane_margin;
      y += lane.height;
    }
    height_ = y + 10;
    for (Box& box : boxes_) {
      box.x = lane_title + column_gap + static_cast<int>(box.column) * (box_width + column_gap);
      box.y = lanes_[box.lane].top() + static_cast<int>(box.row) * (box_height + row_gap);
      width_ = std::max(width_, box.right() + 30);
    }
  }

  [[nodiscard]] const Box* find(std::string_view step) const {
    const auto box = std::ranges::find_if(
        boxes_, [&](const Box& candidate) { return candidate.step->code == step; });
    return box == boxes_.end() ? nullptr : &*box;
  }

  [[nodiscard]] std::string draw_lane(const Lane& lane) const {
    std::string out = fmt::format(
        "<rect x=\"8\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\" stroke=\"#cbd5e1\"/>\n"
        "<rect x=\"8\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#e2e8f0\" stroke=\"#cbd5e1\"/>\n",
        lane.y, width_ - 16, lane.height, &lane == &lanes_.back() ? "#f8fafc" : "#ffffff", lane.y,
        lane_title - 8, lane.height);
    int y = lane.y + 22;
    for (const std::string& line : wrap(lane.title, 18)) {
      out +=
          fmt::format("<text x=\"16\" y=\"{}\" font-weight=\"bold\" fill=\"#334155\">{}</text>\n",
                      y, xml_text(line));
      y += line_height;
    }
    return out;
  }

  [[nodiscard]] static std::string_view fill(const StepLine& step) {
    if (!step.is_final()) return "#eff6ff";
    if (step.closes == FinalKind::granted) return "#dcfce7";
    if (step.closes == FinalKind::refused) return "#fee2e2";
    return "#f1f5f9";
  }

  [[nodiscard]] static std::string draw_box(const Box& box) {
    const StepLine& step = *box.step;
    std::string out = fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"{}\" "
        "stroke=\"#334155\" stroke-width=\"{}\"{}/>\n",
        box.x, box.y, box_width, box_height, step.is_final() ? 20 : 5, fill(step),
        step.is_final() ? 2 : 1, step.beside ? " stroke-dasharray=\"5 3\"" : "");
    std::vector<std::string> lines = wrap(step.title, 24);
    const std::size_t titles = lines.size();
    lines.push_back(step.is_final() ? std::string(code(*step.closes)) : term_line(step));
    int y = box.middle() + 4 - static_cast<int>(lines.size() - 1) * line_height / 2;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      out += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" {}>{}</text>\n",
                         box.x + box_width / 2, y,
                         i < titles ? "fill=\"#0f172a\"" : "fill=\"#475569\" font-size=\"11\"",
                         xml_text(lines[i]));
      y += line_height;
    }
    return out;
  }

  [[nodiscard]] std::string draw_arrow(const Arrow& arrow) const {
    const Box* from = find(arrow.from);
    const Box* to = find(arrow.to);
    if (from == nullptr) {
      const int x = to->x - column_gap + 14;
      return fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"7\" fill=\"#334155\"/>\n", x,
                         to->middle()) +
             draw_line(fmt::format("M{},{} H{}", x + 7, to->middle(), to->x)) +
             draw_labels(arrow, x + 12, to->middle());
    }
    const auto [port, bend] = leave(arrow, *from);
    if (!is_far(*from, *to)) {
      return draw_line(fmt::format("M{},{} H{} V{} H{}", from->right(), port, bend, to->middle(),
                                   to->x)) +
             draw_labels(arrow, std::max(bend, to->x - column_gap + 14) + 6, to->middle());
    }
    const int track = lanes_[to->lane].track(arrow.to);
    const std::string label = fmt::format(
        "<text x=\"{}\" y=\"{}\" font-size=\"11\" fill=\"#1d4ed8\">{}</text>\n", bend + 6,
        track - 4, xml_text(fmt::format("{}", fmt::join(arrow.labels, ", "))));
    return draw_line(fmt::format("M{},{} H{} V{} H{} V{} H{}", from->right(), port, bend, track,
                                 to->x - 16, to->middle(), to->x)) +
           label;
  }

  struct Leave {
    int port;  // height at which the arrow leaves its box
    int bend;  // where it turns, in the gap behind the box
  };

  // Arrows that leave one box do so at different heights and turn at different places: the one
  // that ends highest leaves highest, and of those that go down it turns last, so none cross.
  [[nodiscard]] Leave leave(const Arrow& arrow, const Box& from) const {
    std::vector<std::pair<int, std::string_view>> ends;
    for (const Arrow& other : arrows_) {
      if (other.from == arrow.from) {
        const Box& to = *find(other.to);
        ends.emplace_back(is_far(from, to) ? lanes_[to.lane].track(other.to) : to.middle(),
                          other.to);
      }
    }
    std::ranges::sort(ends);
    const auto place = static_cast<int>(
        std::ranges::find(ends, arrow.to, &std::pair<int, std::string_view>::second) -
        ends.begin());
    const int count = static_cast<int>(ends.size());
    return {from.y + (place + 1) * box_height / (count + 1),
            from.right() + 12 + 10 * (count - 1 - place)};
  }

  [[nodiscard]] static std::string draw_line(std::string_view path) {
    return fmt::format(
        "<path d=\"{}\" fill=\"none\" stroke=\"#334155\" marker-end=\"url(#tip)\"/>\n", path);
  }

  // Above the last part of the line; several, one above the other.
  [[nodiscard]] static std::string draw_labels(const Arrow& arrow, int x, int y) {
    std::string out;
    int line = y - 5 - static_cast<int>(arrow.labels.size() - 1) * line_height;
    for (const std::string_view label : arrow.labels) {
      out += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"11\" fill=\"#1d4ed8\">{}</text>\n", x,
                         line, xml_text(label));
      line += line_height;
    }
    return out;
  }

  const Provisions& provisions_;
  std::vector<Arrow> arrows_;
  std::vector<Lane> lanes_;
  std::vector<Box> boxes_;
  int width_{};
  int height_{};
};

}  // namespace

std::string mermaid(const Provisions& provisions) {
  std::string out = "stateDiagram-v2\n  direction LR\n";
  for (const StepLine& step : provisions.steps) {
    const std::string below = step.is_final() ? std::string(code(*step.closes)) : term_line(step);
    out += fmt::format("  state \"{}<br/>{}\" as {}\n", mermaid_text(step.title),
                       mermaid_text(below), mermaid_id(step.code));
  }
  for (const Arrow& arrow : arrows_of(provisions)) {
    const std::string label =
        fmt::format("{} ({})", fmt::join(arrow.labels, ", "), fmt::join(arrow.paragraphs, ", "));
    out +=
        fmt::format("  {} --> {}: {}\n", arrow.from == not_filed ? "[*]" : mermaid_id(arrow.from),
                    mermaid_id(arrow.to), mermaid_text(label));
  }
  for (const ClauseLine& clause : provisions.clauses) {
    if (clause.done) {
      out += fmt::format("  {} --> [*]: {}\n", mermaid_id(clause.in),
                         mermaid_text(fmt::format("{} ({})", clause.on, clause.paragraph)));
    }
  }
  for (const StepLine& step : provisions.steps) {
    if (step.is_final()) {
      out += fmt::format("  {} --> [*]\n", mermaid_id(step.code));
    }
  }
  return out;
}

std::string svg(const Provisions& provisions) { return Picture(provisions).draw(); }

}  // namespace reglament
