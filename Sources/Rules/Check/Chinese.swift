/// The messages of rule files and expressions in Chinese. They are made in English where they
/// arise, by libraries that know no rules; what has no translation points to the English beside it.
enum Chinese {
    /// The translation of a message, as a sentence.
    static func of(_ message: String) -> String {
        for (pattern, translate) in patterns {
            if let match = try? pattern.wholeMatch(in: message) {
                let parts = match.output.dropFirst().map { $0.substring.map(String.init) ?? "" }
                return translate(Array(parts)) + "。"
            }
        }
        return untranslated
    }

    /// What stands for a message without a translation.
    static let untranslated = "此处写法程序读不懂，见英文说明。"

    private typealias Translation = @Sendable ([String]) -> String

    private static var patterns: [(Regex<AnyRegexOutput>, Translation)] {
        let list: [(String, Translation)] = [
            // Rule files.
            ("unknown key '(.*)'; did you mean '(.*)'\\?", { "没有“\($0[0])”这一项，是否想写“\($0[1])”" }),
            ("unknown key '(.*)'; known are (.*)", { "没有“\($0[0])”这一项，可用的有 \($0[1])" }),
            ("expected the key '(.*)'", { "缺少“\($0[0])”这一项" }),
            (
                "expected one of (.*), found '(.*)'; did you mean '(.*)'\\?",
                { "“\($0[1])”不在可用的词（\($0[0])）之内，是否想写“\($0[2])”" }
            ),
            (
                "expected one of (.*), found '(.*)'",
                { "“\($0[1])”不在可用的词（\($0[0])）之内" }
            ),
            ("expected a whole number, found .*", { _ in "此处应为整数" }),
            (
                "expected (text|a list|a mapping|true or false), found .*",
                { kinds[$0[0]] ?? "此处写法不对" }
            ),
            ("expected days, (.*) or more", { "此处应为天数，不小于\($0[0])" }),
            ("expected 'when' or 'member': .*", { _ in "缺少条件：when 或 member 至少写一个" }),
            (
                "the last of 'levels' must be without 'when', .*",
                { _ in "levels 的最后一级不能有 when，否则可能一级也不成立" }
            ),
            ("the anchor '(.*)' is not defined above", { "前面没有定义锚点“\($0[0])”" }),
            // Names in expressions.
            ("unknown name '(.*)'", { "没有“\($0[0])”这个词" }),
            ("unknown function '(.*)'", { "没有“\($0[0])”这个函数" }),
            ("'Parameters' has no field '(.*)'", { "params 中没有参数“\($0[0])”" }),
            ("'(.*)' has no field '(.*)'", { "\(owners[$0[0]] ?? $0[0])没有“\($0[1])”这一项" }),
            ("a value of type (.*) has no field '(.*)'", { "“\($0[1])”前面的值没有分项" }),
            ("'(.*)' is a function; .*", { "“\($0[0])”是函数，后面要有括号和参数" }),
            ("'(.*)' is called on a value: .*", { "“\($0[0])”要写在一个值后面：值.\($0[0])(…)" }),
            ("'(.*)' is not called on a value: .*", { "“\($0[0])”前面不能有值：\($0[0])(…)" }),
            ("there is no (.*); there is (.*)", { "没有 \($0[0])，只有 \($0[1])" }),
            // Types.
            (
                "'(.*)' does not take (.*) and (.*)",
                { "“\($0[0])”两边不能是\(type($0[1]))和\(type($0[2]))" }
            ),
            ("'(.*)' does not take (.*)", { "“\($0[0])”不能用于\(type($0[1]))" }),
            (
                "expected (true or false|a list or map|an optional), but this is of type (.*)",
                { "此处应为\(wanted[$0[0]] ?? "别的值")，现在是\(type($0[1]))" }
            ),
            (
                "both values must be of one type, but are (.*) and (.*)",
                { "“? :”两边必须同类，现在是\(type($0[0]))和\(type($0[1]))" }
            ),
            (
                "the expression must be of type (.*), but is (.*)",
                { "整个条件应为\(type($0[0]))，现在是\(type($0[1]))" }
            ),
            // Writing.
            ("expected a value; .*", { _ in "此处缺少一个值" }),
            ("expected an operator or the end; .*", { _ in "此处缺少运算符，或多写了什么" }),
            ("expected '?(.)'?.*; (found|the expression ends).*", { "此处缺少“\($0[0])”" }),
            (
                "unexpected character '(.*)'; write '(.*)'",
                { "“\($0[0])”不能用在这里，请写“\($0[1])”（英文符号）" }
            ),
            ("unexpected character .*", { _ in "此处有不能用的字符" }),
            ("the text does not end.*", { _ in "引号没有配对" }),
            ("no such escape in a text; .*", { _ in "反斜杠后面的写法不对" }),
            ("'(.*)' is a reserved word", { "“\($0[0])”是保留字，不能用作名称" }),
            ("has\\(\\) asks for a field, .*", { _ in "has() 里要写一个分项，如 has(a.b)" }),
            ("expected a simple name for the element", { _ in "此处应为一个简单的名称，如 p" }),
            ("expected (a closing|an opening) brace", { _ in "花括号没有配对" }),
            ("the number does not fit 64 bits", { _ in "数字太大" }),
            // Limits.
            (
                "the expression costs up to (.*) steps; (.*) are allowed",
                { "条件太费时：最多要\($0[0])步，只允许\($0[1])步" }
            ),
            ("the expression nests deeper than (.*) levels", { "条件嵌套超过\($0[0])层" }),
            ("the expression (is longer|has more) than (.*) (bytes|parts)", { "条件太长，超过\($0[1])" }),
            ("a span of days must be .*", { _ in "天数必须是数字或参数，不能是算出来的" }),
        ]
        return list.compactMap { text, translate in
            (try? Regex("(?s)" + text)).map { ($0, translate) }
        }
    }

    private static let kinds = [
        "text": "此处应为文字", "a list": "此处应为列表（- …）", "a mapping": "此处应为若干“项: 值”",
        "true or false": "此处应为 true 或 false",
    ]
    private static let wanted = [
        "true or false": "是或否的条件", "a list or map": "列表", "an optional": "可选值",
    ]
    private static let owners = [
        "Income": "收入（income）", "Member": "成员", "Loss": "灾害损失", "House": "住房",
    ]

    private static func type(_ name: String) -> String {
        let names = [
            "int": "整数", "uint": "无符号整数", "double": "小数", "bool": "是或否", "string": "文字",
            "null": "空值", "Income": "收入（income）", "Member": "成员", "Loss": "灾害损失",
            "House": "住房", "Parameters": "参数（param）",
        ]
        if let known = names[name] { return known }
        return name.hasPrefix("list") ? "列表" : name
    }
}
