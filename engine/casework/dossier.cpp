#include "engine/casework/dossier.hpp"

#include "engine/history/sha256.hpp"

namespace reglament {
namespace {

constexpr std::uint64_t kVersion = 1;

void put_fields(ByteWriter& writer, const std::map<std::string, std::string>& fields) {
  writer.put_unsigned(fields.size());
  for (const auto& [name, value] : fields) {
    writer.put_text(name);
    writer.put_text(value);
  }
}

std::map<std::string, std::string> take_fields(ByteReader& reader) {
  std::map<std::string, std::string> fields;
  const std::uint64_t count = reader.take_unsigned();
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string name(reader.take_text());
    if (!fields.empty() && name <= fields.rbegin()->first) throw Malformed("fields out of order");
    fields.emplace_hint(fields.end(), std::move(name), reader.take_text());
  }
  return fields;
}

void expect_version(ByteReader& reader) {
  if (reader.take_unsigned() != kVersion) throw Malformed("unknown version of a dossier");
}

}  // namespace

Digest commitment(const Digest& salt, std::string_view value) {
  std::string salted(reinterpret_cast<const char*>(salt.data()), salt.size());
  salted.append(value);
  return sha256(salted);
}

std::string encode(const Filing& filing) {
  ByteWriter writer;
  writer.put_unsigned(kVersion);
  for (const std::string* text :
       {&filing.request_id, &filing.regulation, &filing.office, &filing.channel,
        &filing.applicant.name, &filing.applicant.citizenship, &filing.applicant.document}) {
    writer.put_text(*text);
  }
  writer.put_unsigned(filing.documents.size());
  for (const std::string& document : filing.documents) writer.put_text(document);
  put_fields(writer, filing.fields);
  return writer.take();
}

Filing decode_filing(std::string_view bytes) {
  ByteReader reader(bytes);
  expect_version(reader);
  Filing filing;
  for (std::string* text :
       {&filing.request_id, &filing.regulation, &filing.office, &filing.channel,
        &filing.applicant.name, &filing.applicant.citizenship, &filing.applicant.document}) {
    *text = reader.take_text();
  }
  const std::uint64_t documents = reader.take_unsigned();
  for (std::uint64_t i = 0; i < documents; ++i) filing.documents.emplace_back(reader.take_text());
  filing.fields = take_fields(reader);
  reader.expect_end();
  return filing;
}

std::string encode(const std::map<std::string, std::string>& fields) {
  ByteWriter writer;
  writer.put_unsigned(kVersion);
  put_fields(writer, fields);
  return writer.take();
}

std::map<std::string, std::string> decode_fields(std::string_view bytes) {
  ByteReader reader(bytes);
  expect_version(reader);
  auto fields = take_fields(reader);
  reader.expect_end();
  return fields;
}

}  // namespace reglament
