#include "core/store/redis/resp.hpp"

#include <cstdlib>

#include <hiredis/hiredis.h>

namespace vmcpauth::store::redis {
namespace {

// Where the reader puts what it has read: replies own their items, so only the outermost is ever freed. The address of an
// array stays while its items arrive, since they arrive before the next one beside it.
void* place(const redisReadTask* task, Reply reply) {
  if (task->parent == nullptr) return new Reply(std::move(reply));
  auto& items = static_cast<Reply*>(task->parent->obj)->items;
  return &items.emplace_back(std::move(reply));
}

void* make_text(const redisReadTask* task, char* bytes, std::size_t size) {
  Reply reply;
  reply.type = task->type == REDIS_REPLY_ERROR ? Reply::Type::Error : Reply::Type::Text;
  reply.text.assign(bytes, size);
  return place(task, std::move(reply));
}
// The announced length is not believed: items take room when they arrive. (int in old hiredis, size_t in newer.)
template <class Count>
void* make_array(const redisReadTask* task, Count) {
  Reply reply;
  reply.type = Reply::Type::Array;
  return place(task, std::move(reply));
}
void* make_integer(const redisReadTask* task, long long value) {
  Reply reply;
  reply.type = Reply::Type::Integer;
  reply.integer = value;
  return place(task, std::move(reply));
}
void* make_nil(const redisReadTask* task) { return place(task, {}); }
void free_reply(void* reply) { delete static_cast<Reply*>(reply); }

redisReplyObjectFunctions functions() {
  redisReplyObjectFunctions all{};
  all.createString = make_text;
  all.createArray = make_array;
  all.createInteger = make_integer;
  all.createNil = make_nil;
  all.freeObject = free_reply;
  return all;
}

redisReplyObjectFunctions kFunctions = functions();

struct FreeReader {
  void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
};

}  // namespace

bool Reply::is_error(std::string_view word) const noexcept {
  return type == Type::Error && text.starts_with(word) && (text.size() == word.size() || text[word.size()] == ' ');
}

Result<void> append_command(std::string& out, const Command& command) {
  std::vector<const char*> arguments;
  std::vector<std::size_t> sizes;
  for (const auto& argument : command) {
    arguments.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  char* formatted = nullptr;
  const auto size = redisFormatCommandArgv(&formatted, static_cast<int>(command.size()), arguments.data(), sizes.data());
  if (size < 0) return fail(ErrorCode::Internal, "a Redis command cannot be formatted");
  out.append(formatted, static_cast<std::size_t>(size));
  redisFreeCommand(formatted);
  return {};
}

struct ReplyReader::Parts {
  std::unique_ptr<redisReader, FreeReader> reader{redisReaderCreateWithFunctions(&kFunctions)};
  std::size_t pending = 0;
};

ReplyReader::ReplyReader() : parts_(std::make_unique<Parts>()) {}
ReplyReader::~ReplyReader() = default;
ReplyReader::ReplyReader(ReplyReader&&) noexcept = default;
ReplyReader& ReplyReader::operator=(ReplyReader&&) noexcept = default;

Result<void> ReplyReader::feed(std::string_view bytes) {
  parts_->pending += bytes.size();
  if (parts_->pending > kMaxReplyBytes) return fail(ErrorCode::TooLarge, "the reply of Redis is too large");
  if (redisReaderFeed(parts_->reader.get(), bytes.data(), bytes.size()) != REDIS_OK) return fail(ErrorCode::BadResponse, "what Redis sent is not RESP");
  return {};
}

Result<std::optional<Reply>> ReplyReader::next() {
  void* reply = nullptr;
  if (redisReaderGetReply(parts_->reader.get(), &reply) != REDIS_OK) return fail(ErrorCode::BadResponse, "what Redis sent is not RESP");
  if (reply == nullptr) return std::nullopt;
  const std::unique_ptr<Reply> owned(static_cast<Reply*>(reply));
  parts_->pending = parts_->reader->len - parts_->reader->pos;
  return std::optional<Reply>(std::move(*owned));
}

}  // namespace vmcpauth::store::redis
