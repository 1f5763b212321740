#include "tests/exchange/fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/contains_text.hpp"

#include "engine/core/yaml.hpp"
#include "engine/exchange/import/csv.hpp"
#include "engine/exchange/import/table_text.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <readstat.h>
#include <zip.h>

using namespace canvass;
using namespace canvass::exchange;

namespace {

/// A ZIP file of these parts.
std::string zipped(const std::map<std::string, std::string>& parts, const std::string& name) {
  const auto path = fixture::folder(name) / "made.zip";
  int error = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  REQUIRE(zip != nullptr);
  for (const auto& part : parts) {
    zip_source_t* source = zip_source_buffer(zip, part.second.data(), part.second.size(), 0);
    REQUIRE(zip_file_add(zip, part.first.c_str(), source, ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8) >= 0);
  }
  REQUIRE(zip_close(zip) == 0);
  return read_file(path.string());
}

const char* const head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// A workbook with a first sheet "Notes" that holds `notes`, and "Answers" with these rows.
std::map<std::string, std::string> workbook(const std::string& rows, const std::string& notes = "") {
  const std::string sheet =
      std::string(head) + "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
  return {
      {"xl/workbook.xml",
       std::string(head) +
           "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>"
           "<sheet name=\"Answers\" sheetId=\"1\" r:id=\"rId2\"/><sheet name=\"Notes\" sheetId=\"2\" r:id=\"rId1\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels", std::string(head) +
                                         "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"
                                         "<Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>"},
      {"xl/sharedStrings.xml", std::string(head) +
                                   "<sst><si><t>participant</t></si><si><t>trust_1</t></si><si><r><t>Strongly </t></r><r><t>agree</t>"
                                   "</r></si><si><t>met_on</t></si><si><t>More\nlamps, please</t></si></sst>"},
      {"xl/styles.xml", std::string(head) +
                            "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/><numFmt numFmtId=\"165\" "
                            "formatCode=\"0.0 &quot;days&quot;\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/>"
                            "<xf numFmtId=\"165\"/><xf numFmtId=\"20\"/></cellXfs></styleSheet>"},
      {"xl/worksheets/sheet1.xml", sheet + notes + "</sheetData></worksheet>"},
      {"xl/worksheets/sheet2.xml", sheet + rows + "</sheetData></worksheet>"},
  };
}

/// How a workbook is refused.
std::string refusal(const std::string& bytes, const std::string& sheet = "") {
  try {
    read_xlsx(bytes, "answers.xlsx", sheet, DateOrder::ymd);
  } catch (const InputError& error) {
    return error.what();
  }
  return "taken";
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// --- SPSS and Stata files, made by the library that reads them

ssize_t append(const void* bytes, std::size_t count, void* context) {
  static_cast<std::string*>(context)->append(static_cast<const char*>(bytes), count);
  return static_cast<ssize_t>(count);
}

/// participant (text), trust (labelled, 9 declared missing), met (a day), hours (with a gap): three rows.
std::string statistics_file(bool spss) {
  std::string bytes;
  readstat_writer_t* writer = readstat_writer_init();
  readstat_set_data_writer(writer, append);
  readstat_label_set_t* labels = readstat_add_label_set(writer, READSTAT_TYPE_DOUBLE, "agree");
  readstat_label_double_value(labels, 1, "Quite wrong");
  readstat_label_double_value(labels, 5, "Quite right");
  readstat_label_double_value(labels, 9, "Refused");
  readstat_variable_t* who = readstat_add_variable(writer, "participant", READSTAT_TYPE_STRING, 8);
  readstat_variable_t* trust = readstat_add_variable(writer, "trust", READSTAT_TYPE_DOUBLE, 0);
  readstat_variable_set_label_set(trust, labels);
  readstat_variable_set_label(trust, "Do the police treat people with respect?");
  if (spss) {
    readstat_variable_add_missing_double_value(trust, 9);
  }
  readstat_variable_t* met = readstat_add_variable(writer, "met", READSTAT_TYPE_DOUBLE, 0);
  readstat_variable_set_format(met, spss ? "DATE11" : "%td");
  readstat_variable_t* hours = readstat_add_variable(writer, "hours", READSTAT_TYPE_DOUBLE, 0);
  const double day = spss ? 14'001'897'600.0 : 24'284; // 27 June 2026
  const auto row = [&](const char* id, double answer, double days, bool gap) {
    readstat_begin_row(writer);
    readstat_insert_string_value(writer, who, id);
    readstat_insert_double_value(writer, trust, answer);
    readstat_insert_double_value(writer, met, days);
    if (gap) {
      readstat_insert_missing_value(writer, hours);
    } else {
      readstat_insert_double_value(writer, hours, 37.5);
    }
    readstat_end_row(writer);
  };
  if (spss) {
    readstat_begin_writing_sav(writer, &bytes, 3);
  } else {
    readstat_begin_writing_dta(writer, &bytes, 3);
  }
  row("p1", 5, day, false);
  row("p2", 9, day, true);
  row("p3", 1, day, false);
  REQUIRE(readstat_end_writing(writer) == READSTAT_OK);
  readstat_writer_free(writer);
  return bytes;
}

Mapping mapping_of(std::string_view text) {
  Problems problems;
  Mapping mapping = read_mapping(text, "map.yaml", problems);
  for (const Problem& problem : problems.all()) {
    UNSCOPED_INFO(to_string(problem));
  }
  REQUIRE_FALSE(problems.has_errors());
  return mapping;
}

const char* const plain_map = R"(canvass: 1
map: m
wave: {fixed: T1}
person: participant
missing: {9: pns}
columns: {trust: contact_sat, met: met_on, hours: hours}
)";

} // namespace

// --- errors

TEST_CASE("a workbook that is none, cut off, with macros, or that swells is refused in one sentence", "[exchange][xlsx]") {
  const std::string good = zipped(workbook("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"), "xlsx-good");
  CHECK(refusal(good) == "taken");
  CHECK(has(refusal(good.substr(0, good.size() / 2)), "this workbook is damaged or cut off"));
  CHECK(has(refusal(zipped({{"readme.txt", "hello"}}, "xlsx-other")), "this is a ZIP file, but no XLSX workbook"));
  auto macros = workbook("");
  macros["xl/vbaProject.bin"] = "program";
  CHECK(has(refusal(zipped(macros, "xlsx-macros")), "this workbook holds macros"));
  auto bomb = workbook("");
  bomb["xl/media/zeros.bin"] = std::string(40U << 20U, '\0');
  CHECK(has(refusal(zipped(bomb, "xlsx-bomb")), "would unpack to"));
  CHECK(has(refusal(good, "Anwsers"), "the workbook has no sheet \"Anwsers\" (found: Answers, Notes); did you mean Answers?"));
  CHECK(has(refusal(good, "Notes"), "the sheet is empty"));
  CHECK(has(refusal(zipped(workbook("<row r=\"1\"><c r=\"A1\"><v>1</v></row>"), "xlsx-xml")), "no well-formed XML"));
  CHECK(has(refusal(zipped(workbook("<row r=\"2\"></row><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1\"><c><v>1</v></c></row>"),
                           "xlsx-order")),
            "out of order"));
  CHECK(has(refusal(zipped(workbook("<row r=\"1\"><c r=\"ZZZZ1\"><v>1</v></c></row>"), "xlsx-far")), "is not where it says"));
  CHECK(has(refusal(zipped(workbook("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>99</v></c></row>"), "xlsx-string")),
            "names a text that the workbook does not hold"));
  CHECK_THROWS_WITH(format_of("\xD0\xCF\x11\xE0", "a.xls"), canvass::testing::contains_text("encrypted, or of the old form"));
  CHECK_THROWS_WITH(format_of("a,b\n", "a.xlsx"), canvass::testing::contains_text("the name ends in .xlsx, but the file is none"));
}

TEST_CASE("a statistics file that is cut off or none is refused in one sentence", "[exchange][readstat]") {
  const std::string good = statistics_file(true);
  CHECK_THROWS_AS(read_statistics_file(std::string_view(good).substr(0, 100), "a.sav", TableFormat::sav, nullptr), InputError);
  for (std::size_t size = 0; size + 1 < good.size(); ++size) { // wherever it was cut: a sentence, or the rows before the cut, never a crash
    try {
      read_statistics_file(std::string_view(good).substr(0, size), "a.sav", TableFormat::sav, nullptr);
    } catch (const InputError& error) {
      CHECK(std::string(error.what()).find("cannot be read") != std::string::npos);
    }
  }
  CHECK_THROWS_AS(read_statistics_file(std::string_view(good).substr(0, good.size() / 2), "a.sav", TableFormat::sav, nullptr), InputError);
  const std::string stata = statistics_file(false);
  for (std::size_t size = 0; size + 1 < stata.size(); ++size) {
    try {
      read_statistics_file(std::string_view(stata).substr(0, size), "a.dta", TableFormat::dta, nullptr);
    } catch (const InputError& error) {
      CHECK(std::string(error.what()).find("cannot be read") != std::string::npos);
    }
  }
  CHECK_THROWS_WITH(read_statistics_file("nothing of the kind", "a.dta", TableFormat::dta, nullptr),
                    canvass::testing::contains_text("this Stata file cannot be read"));
}

TEST_CASE("an SPSS file that counts its cases under none is refused, one that did not count them is read to its end",
          "[exchange][readstat]") {
  constexpr std::size_t place_of_count = 80; // of the header: 4 bytes, lowest first
  std::string file = statistics_file(true);
  const std::string good = read_statistics_file(file, "a.sav", TableFormat::sav, nullptr).text;
  file.replace(place_of_count, 4, std::string("\xFB\xFF\xFF\xFF", 4)); // -5
  CHECK_THROWS_WITH(read_statistics_file(file, "a.sav", TableFormat::sav, nullptr),
                    canvass::testing::contains_text("this SPSS file says that it holds -5 cases"));
  file.replace(place_of_count, 4, std::string("\xFF\xFF\xFF\xFF", 4)); // -1: nobody counted
  CHECK(read_statistics_file(file, "a.sav", TableFormat::sav, nullptr).text == good);
}

TEST_CASE("a variable without a name is refused with its number", "[exchange][readstat]") {
  const auto without_name = [](bool spss) {
    std::string file = statistics_file(spss);
    const std::string name = spss ? "TRUST   " : std::string("trust\0", 6);
    const std::size_t at = file.find(name);
    REQUIRE(at != std::string::npos);
    return file.replace(at, name.size(), std::string(name.size(), '\0'));
  };
  CHECK_THROWS_WITH(read_statistics_file(without_name(false), "a.dta", TableFormat::dta, nullptr),
                    canvass::testing::contains_text("its variable 2 has no name that can be read"));
  CHECK_THROWS_WITH(read_statistics_file(without_name(true), "a.sav", TableFormat::sav, nullptr),
                    canvass::testing::contains_text("its variable 2 has no name that can be read"));
}

TEST_CASE("cells beyond the header hold their row with their place and widen nothing", "[exchange][xlsx]") {
  const TableText table =
      read_xlsx(zipped(workbook("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>2</v></c></row>"
                                "<row r=\"2\"><c r=\"A2\"><v>3</v></c><c r=\"AB2\"><v>8</v></c><c r=\"XFD2\"><v>9</v></c>"
                                "</row><row r=\"3\"><c r=\"XFD3\"/></row>"),
                       "xlsx-beyond"),
                "a.xlsx", "", DateOrder::ymd);
  CHECK(table.text == "1,2\n3,\n");
  REQUIRE(table.faults.size() == 1);
  CHECK(table.faults.at(2) ==
        std::vector<TableFault>{{TableFault::whole_row, "2 cells stand beyond the last column of the header, B1 (the first is AB2); head "
                                                        "the column, or clear what stands there"}});
  CHECK(has(refusal(zipped(workbook("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\"><v>2</v></c></row>"), "xlsx-wide-header")),
            "the header in row 1 reaches to XFD1, but names 2 columns"));
}

TEST_CASE("a row of a sheet that no sheet has is named as it stands", "[exchange][xlsx]") {
  const std::string why = refusal(
      zipped(workbook("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"100000000000000000000000\"><c><v>1</v></c></row>"), "xlsx-row"));
  CHECK(has(why, "a row \"100000000000000000000000\" after row 1"));
  CHECK_FALSE(has(why, "2147483647"));
}

TEST_CASE("a short sheet that would make a long text is refused", "[exchange][xlsx]") {
  std::string rows = "<row>";
  for (int column = 0; column < 900; ++column) {
    rows += "<c><v>1</v></c>";
  }
  rows += "</row>";
  for (int row = 0; row < 90'000; ++row) {
    rows += "<row><c><v>1</v></c></row>";
  }
  CHECK(has(refusal(zipped(workbook(rows), "xlsx-blank")), "nearly all of it blank"));
}

// --- ordinary

TEST_CASE("cells of a workbook: strings, numbers, days, booleans, formulas, errors, gaps", "[exchange][xlsx]") {
  const std::string bytes = zipped(
      workbook(
          "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>3</v></c><c r=\"D1\" "
          "t=\"inlineStr\"><is><t>hours</t></is></c><c r=\"E1\" t=\"str\"><v>safer</v></c></row>"
          "<row r=\"3\"><c r=\"A3\" t=\"str\"><f>\"p\"&amp;1</f><v>p1</v></c><c r=\"B3\" t=\"s\"><v>2</v></c><c r=\"C3\" "
          "s=\"1\"><v>46200</v></c>"
          "<c r=\"D3\" s=\"2\"><v>37.500000000000007</v></c><c r=\"E3\" t=\"s\"><v>4</v></c></row>"
          "<row r=\"4\" spans=\"1:5\"/>"
          "<row r=\"5\"><c r=\"A5\" t=\"inlineStr\"><is><t>p2</t></is></c><c r=\"C5\" t=\"d\"><v>2026-06-28</v></c><c r=\"D5\" t=\"e\">"
          "<v>#DIV/0!</v></c></row>"
          "<row r=\"6\"><c r=\"A6\" t=\"b\"><v>1</v></c><c r=\"B6\"><f>1+1</f></c><c r=\"C6\" s=\"3\"><v>0.5625</v></c><c "
          "r=\"D6\"><v>1E3</v></c></row>"),
      "xlsx-cells");
  const TableText table = read_xlsx(bytes, "answers.xlsx", "", DateOrder::ymd);
  CHECK(table.text == "participant,trust_1,met_on,hours,safer\n"
                      "\n"
                      "p1,Strongly agree,2026-06-27,37.5,\"More lamps, please\"\n"
                      "\n"
                      "p2,,2026-06-28,,\n"
                      "1,,13:30,1000,\n");
  REQUIRE(table.faults.size() == 2);
  CHECK(table.faults.at(5) == std::vector<TableFault>{{3, "the cell D5 holds the error #DIV/0!; mend it in the workbook"}});
  CHECK(has(table.faults.at(6)[0].text, "the formula in B6 has no stored result"));
  CHECK(has(read_xlsx(bytes, "answers.xlsx", "", DateOrder::dmy).text, "27/06/2026"));
}

TEST_CASE("days of 1900 and of 1904", "[exchange][xlsx]") {
  const std::string rows =
      "<row r=\"1\"><c r=\"A1\" s=\"1\"><v>1</v></c><c r=\"B1\" s=\"1\"><v>59</v></c><c r=\"C1\" s=\"1\"><v>61</v></c></row>";
  CHECK(read_xlsx(zipped(workbook(rows), "xlsx-1900"), "a.xlsx", "", DateOrder::ymd).text == "1900-01-01,1900-02-28,1900-03-01\n");
  auto parts = workbook("<row r=\"1\"><c r=\"A1\" s=\"1\"><v>44738</v></c></row>");
  parts["xl/workbook.xml"].insert(parts["xl/workbook.xml"].find("<sheets>"), "<workbookPr date1904=\"1\"/>");
  CHECK(read_xlsx(zipped(parts, "xlsx-1904"), "a.xlsx", "", DateOrder::ymd).text == "2026-06-27\n");
}

TEST_CASE("answers of a workbook are taken like those of a CSV file, a cell with an error holds its row", "[exchange][xlsx]") {
  const LoadedStudy study = fixture::small_study("xlsx-import");
  const std::string bytes = zipped(
      workbook(
          "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" "
          "t=\"inlineStr\"><is><t>hours</t></is></c></row>"
          "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>p1</t></is></c><c r=\"B2\" t=\"s\"><v>2</v></c><c r=\"C2\"><v>12.5</v></c></row>"
          "<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>p2</t></is></c><c r=\"B4\"><v>4</v></c><c r=\"C4\" "
          "t=\"e\"><v>#N/A</v></c></row>"),
      "xlsx-answers");
  const Validator validator(study);
  std::vector<Validated> checked;
  std::vector<int> lines;
  const ImportedFile imported = import_answers(bytes, "answers.xlsx", nullptr, study, {"T1"}, [&](const RawRecord& record) {
    checked.push_back(validator.validate(record));
    lines.push_back(record.at.line);
  });
  CHECK(imported.rows == 2);
  REQUIRE(checked.size() == 2);
  CHECK(lines == std::vector<int>{2, 4});
  REQUIRE(checked[0].response);
  CHECK(checked[0].response->cells[study.instrument().variable("trust_1")].number == 5);
  CHECK(checked[0].response->cells[study.instrument().variable("hours")].number == 12.5);
  CHECK_FALSE(checked[1].response);
  CHECK(checked[1].reasons.at(0) == "hours: the cell C4 holds the error #N/A; mend it in the workbook");
}

TEST_CASE("SPSS and Stata files: codes, days, gaps, values declared missing must be named", "[exchange][readstat]") {
  const std::string sav = statistics_file(true);
  CHECK(format_of(sav, "x") == TableFormat::sav);
  const Mapping mapping = mapping_of(plain_map);
  CHECK(read_statistics_file(sav, "a.sav", TableFormat::sav, &mapping).text ==
        "participant,trust,met,hours\np1,5,2026-06-27,37.5\np2,9,2026-06-27,\np3,1,2026-06-27,37.5\n");
  const TableText unnamed = read_statistics_file(sav, "a.sav", TableFormat::sav, nullptr);
  REQUIRE(unnamed.faults.size() == 1);
  CHECK(unnamed.faults.at(3)[0] ==
        TableFault{1, "the file declares 9 (\"Refused\") of \"trust\" missing; name it under `missing` in the map, by code or label"});

  const std::string dta = statistics_file(false);
  CHECK(format_of(dta, "x.dta") == TableFormat::dta);
  CHECK(read_statistics_file(dta, "a.dta", TableFormat::dta, nullptr).text ==
        "participant,trust,met,hours\np1,5,2026-06-27,37.5\np2,9,2026-06-27,\np3,1,2026-06-27,37.5\n");
}

TEST_CASE("a statistics file gives its questions, its labels and what it declares missing", "[exchange][readstat]") {
  for (const bool spss : {true, false}) {
    const TableText table = read_statistics_file(statistics_file(spss), "a", spss ? TableFormat::sav : TableFormat::dta, nullptr);
    REQUIRE(table.columns.size() == 4);
    CHECK(table.columns[0].label.empty());
    CHECK(table.columns[1].label == "Do the police treat people with respect?");
    CHECK(table.columns[1].values == std::map<std::string, std::string>{{"1", "Quite wrong"}, {"5", "Quite right"}, {"9", "Refused"}});
    CHECK(table.columns[1].missing == (spss ? std::set<std::string>{"9"} : std::set<std::string>{}));
    CHECK(table.columns[2].values.empty());
  }
}

TEST_CASE("where the map lists labels, labels are what it gets", "[exchange][readstat]") {
  const std::string sav = statistics_file(true);
  const Mapping labels = mapping_of(R"(canvass: 1
map: m
wave: {fixed: T1}
person: participant
missing: {Refused: pns}
columns: {trust: {variable: trust_1, values: {"Quite wrong": 1, "Quite right": 5}}, met: met_on, hours: hours}
)");
  CHECK(read_statistics_file(sav, "a.sav", TableFormat::sav, &labels).text ==
        "participant,trust,met,hours\np1,Quite right,2026-06-27,37.5\np2,Refused,2026-06-27,\np3,Quite wrong,2026-06-27,37.5\n");
}

TEST_CASE("the Stata file of the British Crime Survey holds what its card says", "[exchange][readstat][shared]") {
  const std::string path = CANVASS_SOURCE_DIR "/../shared/data/bcs-2007-08/bcs_0708.dta";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: ../shared is not here");
    return;
  }
  const TableText table = read_statistics_file(read_file(path), path, TableFormat::dta, nullptr);
  CHECK(std::count(table.text.begin(), table.text.end(), '\n') == 11'677);
  CHECK(table.text.find("walkdark") < table.text.find('\n'));
}

TEST_CASE("the Stata file and the text file of the British Crime Survey give the same answers through one map",
          "[exchange][readstat][shared]") {
  const std::string folder = CANVASS_SOURCE_DIR "/../shared/data/bcs-2007-08/";
  if (!std::filesystem::exists(folder + "bcs_0708.dta")) {
    WARN("skipped: ../shared is not here");
    return;
  }
  const LoadedStudy study = load_study_or_throw(CANVASS_SOURCE_DIR "/examples/bcs-2007-08", {{CANVASS_SOURCE_DIR "/instruments"}});
  const Mapping map = load_mapping(CANVASS_SOURCE_DIR "/examples/bcs-2007-08/map.yaml");
  const Validator validator(study);
  const auto responses_of = [&](const std::string& file) {
    std::map<std::string, Response> responses;
    import_answers(read_file(folder + file), file, &map, study, {}, [&](const RawRecord& record) {
      const Validated validated = validator.validate(record);
      for (const std::string& reason : validated.reasons) {
        FAIL_CHECK(file << ":" << record.at.line << ": " << reason);
      }
      if (validated.response) {
        responses.emplace(validated.response->id, *validated.response);
      }
    });
    return responses;
  };
  const auto from_text = responses_of("bcs0708.tab");
  const auto from_stata = responses_of("bcs_0708.dta");
  REQUIRE(from_text.size() == 11'676);
  REQUIRE(from_stata.size() == from_text.size());
  std::size_t different = 0;
  std::size_t without_weight = 0;
  for (const auto& [id, text] : from_text) {
    const Response& stata = from_stata.at(id);
    without_weight += stata.frame.weight ? 0U : 1U;
    different += text.frame.weight.has_value() == stata.frame.weight.has_value() ? 0U : 1U;
    for (std::size_t i = 0; i < text.cells.size(); ++i) {
      // Single precision in one of the two files: seven digits.
      const bool same = text.cells[i].missing == stata.cells[i].missing &&
                        text.cells[i].number == Approx(stata.cells[i].number).epsilon(1e-6).margin(1e-9);
      different += same ? 0U : 1U;
    }
  }
  CHECK(different == 0);
  CHECK(without_weight == 16);
}
