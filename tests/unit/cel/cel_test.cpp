#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "core/config/cel/program.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
namespace cel = vmcpauth::config::cel;

namespace {

constexpr const char* kSelf = R"({
  "type": "oidc", "issuer": "http://a", "empty": "", "n": 3, "half": 0.5, "on": true, "nothing": null,
  "list": ["b", "a", "b"], "numbers": [3, 1, 2], "bindings": [{"subject": "x"}, {"subject": "y"}],
  "map": {"k1": "v1", "Kä": "v2"}, "lifespan": "90s", "dash-name": 1, "namespace": 2
})";

Result<cel::Value> evaluate(std::string_view text) {
  const auto program = cel::Program::compile(text);
  if (!program) return std::unexpected(program.error());
  return program->evaluate({{"self", cel::Value::from_json(*parse_json(kSelf))}});
}

}  // namespace

TEST_CASE("cel: expressions that are true") {
  for (const char* text : {
           "self.type == 'oidc' ? has(self.issuer) : !has(self.issuer)",
           "has(self.type) != has(self.other)",
           "size(self.list) == 3 && self.list.size() == 3",
           "!('*' in self.list) && 'a' in self.list && 'k1' in self.map",
           "self.list.all(x, x in ['a', 'b'])",
           "self.list.exists(x, x == 'a') && !self.list.exists(x, x == 'z')",
           "self.list.exists_one(x, x == 'a') && !self.list.exists_one(x, x == 'b')",
           "self.list.filter(x, x == 'b').size() == 2",
           "self.numbers.map(x, x * 2) == [6, 2, 4]",
           "self.numbers.map(x, x > 1, x + 1) == [4, 3]",
           "self.bindings.all(b, self.bindings.filter(o, o.subject == b.subject).size() == 1)",
           "self.map.all(k, self.map[k].startsWith('v'))",
           "duration(self.lifespan) > duration('1m') && duration('1h30m').getMinutes() == 90 && duration('1.5s').getMilliseconds() == 1500 && -duration('1s') "
           "< duration('0s')",
           "duration('1h') - duration('30m') == duration('1800s')",
           "self.issuer.startsWith('http://') && self.issuer.contains('//') && self.issuer.endsWith('a') && self.issuer.matches('^https?://[a-z]$')",
           "'TacoCat'.lowerAscii() == 'tacocat' && 'x'.upperAscii() == 'X' && ' a '.trim() == 'a'",
           "'häuser'.size() == 6 && 'häuser'.charAt(1) == 'ä' && 'häuser'.substring(1, 3) == 'äu' && 'häuser'.indexOf('u') == 2",
           "'a,b,c'.split(',') == ['a', 'b', 'c'] && 'a,b,c'.split(',', 2) == ['a', 'b,c'] && ['a', 'b'].join('-') == 'a-b'",
           "'aXbXc'.replace('X', '') == 'abc' && 'aXbXc'.replace('X', '_', 1) == 'a_bXc' && 'abab'.lastIndexOf('ab') == 2",
           "self.numbers.max() == 3 && self.numbers.min() == 1 && self.numbers.sum() == 6 && !self.numbers.isSorted() && [1, 2].isSorted()",
           "self.list.indexOf('b') == 0 && self.list.lastIndexOf('b') == 2 && self.list.indexOf('z') == -1",
           "1 + 2 * 3 == 7 && (1 + 2) * 3 == 9 && 7 / 2 == 3 && -7 % 3 == -1 && 2 - 3 == -1 && -self.n == -3",
           "1 == 1.0 && 1.5 < 2 && 'a' < 'b' && false < true && 1u == 1",
           "0x1F == 31 && 1e3 == 1000.0 && -9223372036854775808 < 0",
           "string(12) == '12' && int('-5') == -5 && double('0.5') == self.half && string(true) == 'true'",
           "self.nothing == null && self.n != null",
           "[1, [2]] + [3] == [1, [2], 3] && {'a': 1} == {'a': 1} && {'a': 1}['a'] == 1",
           R"("quo\"te" == 'quo"te' && r'\d' == '\\d' && '\u00e4' == 'ä' && """a
b""" == 'a\nb')",
           "self.dash__dash__name == 1 && self.__namespace__ == 2",
           "true || self.missing == 1",
           "self.missing == 1 || true",
           "!(false && self.missing == 1) && !(self.missing == 1 && false)",
           "[1, 2].exists(x, x == 2 || x / 0 == 1)",
           "self.type == 'x' ? false : self.type == 'oidc' ? true : false",
           "dyn(self.n) == 3 // a comment",
           "'abc 123'.find('[0-9]+') == '123' && 'abc'.find('x') == '' && '\u00a0a\u2003'.trim() == 'a'",
           "'123 abc 456'.findAll('[0-9]+') == ['123', '456'] && '123 abc 456'.findAll('[0-9]+', 1) == ['123'] && 'a'.findAll('x') == []",
           "'1äb2'.findAll('[0-9]*') == ['1', '', '2'] && 'ab'.findAll('', 2) == ['', ''] && 'aa'.findAll('^a') == ['a'] && 'a'.findAll('a', 0) == []",
           "'aXb'.replace('', '-') == '-a-X-b-' && 'ab'.replace('', '-', 1) == '-ab' && 'äb'.split('') == ['ä', 'b'] && 'abc'.split('', 2) == ['a', 'bc']",
           "'%s is %d of %s'.format(['a', 2, ['x', 1, true, null]]) == 'a is 2 of [\"x\", 1, true, null]'",
           "'%s'.format([{'b': 1.5, 'a': 'q\"'}]) == '{\"a\":\"q\\\\\"\", \"b\":1.500000}' && '%s'.format([duration('90s')]) == '90s'",
           "'%b %o %x %X %X %%'.format([5, 8, 255, 'Hi', 255]) == '101 10 ff 4869 FF %' && '%b'.format([true]) == '1'",
           "'%.2f'.format([1234567.891]) == '1,234,567.89' && '%f'.format([-100.0]) == '-100.000000' && '%.6e'.format([1052.032911275]) == "
           "'1.052033\u202f\u00d7\u202f10\u2070\u00b3'",
           "strings.quote('a\"b\\n') == '\"a\\\\\"b\\\\n\"'",
           "sets.contains(self.list, ['a']) && !sets.contains(['a'], self.list) && sets.equivalent(self.list, ['a', 'b']) && sets.intersects([1, 2], [2, 3])",
           "uint(3) == 3u && bool('true') && !bool('0') && int(duration('1s')) == 1000000000 && int(2.9) == 2 && int('+5') == 5",
           "string(1000000.0) == '1e+06' && string(123456.0) == '123456' && string(duration('1000000s')) == '1000000s' && string(0.00001) == '1e-05'",
       }) {
    CAPTURE(text);
    const auto result = evaluate(text);
    if (!result) FAIL(result.error().describe());
    CHECK(cel::equal(*result, cel::Value(cel::Value::Variant(true))));
  }
}

TEST_CASE("cel: evaluation errors are errors, not answers") {
  for (const char* text : {"self.missing",
                           "self.type.x",
                           "self.list[3]",
                           "self.list['a']",
                           "self.n + 'a'",
                           "1 / 0",
                           "1 % 0",
                           "9223372036854775807 + 1",
                           "-(-9223372036854775807 - 1)",
                           "other",
                           "duration('1d')",
                           "'a'.matches('(')",
                           "self.n ? 1 : 2",
                           "self.n && true",
                           "self.n.all(x, true)",
                           "'a' < 1",
                           "size(1)",
                           "int('x')",
                           "[1].map(x, y)",
                           "'a'.charAt(2)",
                           "'a'.substring(1, 0)",
                           "{'a': 1, 'a': 2}",
                           "has(self.n.x)",
                           "self.type.startsWith(1)",
                           "'%d'.format(['a'])",
                           "'%s %s'.format(['a'])",
                           "'%'.format(['a'])",
                           "'%q'.format(['a'])",
                           "'%.f'.format([1.0])",
                           "'%f'.format([1])",
                           "'a'.find('(')",
                           "'a'.findAll('a', 'b')",
                           "sets.contains([1], 1)",
                           "uint(-1)",
                           "bool('yes')",
                           "int(1e30)",
                           "[].max()"}) {
    CAPTURE(text);
    const auto result = evaluate(text);
    REQUIRE_FALSE(result);
    CHECK(result.error().code() == ErrorCode::InvalidInput);
  }
}

TEST_CASE("cel: broken text is refused with its offset") {
  for (const char* text : {"",
                           "1 +",
                           "(1",
                           "1)",
                           "self.",
                           "'a",
                           "\"a\nb\"",
                           "a b",
                           "1 = 1",
                           "has(self)",
                           "[1,,2]",
                           "{1}",
                           "x.all(1, true)",
                           "'\\q'",
                           "'\\ud800'",
                           "0x",
                           "1e",
                           "12abc",
                           "99999999999999999999",
                           "#",
                           "a ? b",
                           "in()",
                           "in(1, [1])",
                           "-in() > 0",
                           "self.in()",
                           "@"}) {
    CAPTURE(text);
    const auto program = cel::Program::compile(text);
    REQUIRE_FALSE(program);
    CHECK(program.error().code() == ErrorCode::InvalidInput);
  }
}

TEST_CASE("cel: what is beyond the subset is named, never passed") {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const auto& c :
       {Case{"url(self.x).getHost() == 'a'", "function url()"}, Case{"self.?a", "optional syntax at offset 5"}, Case{"b'a' == b'a'", "bytes at offset 0"},
        Case{"Foo{a: 1}", "message literal at offset 3"}, Case{"self.all(k, v, true)", "macro with this number of arguments at offset 20"},
        Case{"quantity('1Gi').isInteger()", "function quantity()"}, Case{"timestamp('x') == timestamp('y')", "function timestamp()"}}) {
    CAPTURE(c.text);
    const auto program = cel::Program::compile(c.text);
    REQUIRE_FALSE(program);
    CHECK(program.error().code() == ErrorCode::Unsupported);
    CHECK_THAT(program.error().message(), ContainsSubstring(std::string(c.message).substr(0, 12)));
  }
}

TEST_CASE("cel: size, depth and steps are bounded") {
  CHECK(cel::Program::compile(std::string(70'000, ' ') + "1").error().code() == ErrorCode::TooLarge);
  CHECK(cel::Program::compile(std::string(1'000, '(') + "1" + std::string(1'000, ')')).error().code() == ErrorCode::TooLarge);
  CHECK(cel::Program::compile(std::string(1'000, '!') + "true").error().code() == ErrorCode::TooLarge);
  cel::List items(200, cel::Value(cel::Value::Variant(std::int64_t{1})));
  CHECK(evaluate("'%.200f'.format([1.0])").error().code() == ErrorCode::TooLarge);
  const auto program = cel::Program::compile("self.all(a, self.all(b, self.all(c, self.all(d, a + b + c + d > 0))))");
  REQUIRE(program);
  CHECK(program->evaluate({{"self", cel::Value::list(items)}}).error().code() == ErrorCode::TooLarge);
}

TEST_CASE("cel: patterns cost what text and pattern are long, and one pattern for many values is compiled once") {
  const cel::Value text(cel::Value::Variant(std::string("abc")));
  const cel::List items(40'000, text);
  // Compiled for each item this would take half a minute.
  const auto program = cel::Program::compile("self.all(t, t.matches('^[a-z.-]{1,200}$') && t.find('[a-z]{1,300}') == t)");
  REQUIRE(program);
  const auto result = program->evaluate({{"self", cel::Value::list(items)}});
  REQUIRE(result);
  CHECK(*result->get_if<bool>());
  const cel::Value long_text(cel::Value::Variant(std::string(400'000, 'a')));
  const auto dear = cel::Program::compile("self.matches('" + std::string(200, 'a') + "')");
  CHECK(dear->evaluate({{"self", long_text}}).error().code() == ErrorCode::TooLarge);
}

TEST_CASE("cel: says which variables it names") {
  CHECK(cel::Program::compile("self == oldSelf")->mentions("oldSelf"));
  CHECK_FALSE(cel::Program::compile("self.oldSelf == 1")->mentions("oldSelf"));
}
