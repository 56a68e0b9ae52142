package import YAML

/// The page of all rules for officers: what each asks, in words and as it is written, with its
/// numbers, its ends, its measures and its tests. Made from the rule files, so that it cannot fall
/// behind them.
package struct Catalogue {
    /// What the tests show of a rule.
    struct Tests {
        /// Names of the histories that name it, in their order.
        var names: [String] = []
        var fires = 0
        var staysSilent = 0
        var clears = 0
        var isWithdrawn = 0
    }

    /// A clock of casework, which rings when something is late.
    package struct Clock {
        let id: String
        let text: Sentence
        let due: Sentence
        let ladder: Sentence

        /// `ladder`: from whom to whom it goes.
        package init(id: String, text: Sentence, due: Sentence, ladder: Sentence) {
            self.id = id
            self.text = text
            self.due = due
            self.ladder = ladder
        }
    }

    let rules: RuleSet
    let areaRules: AreaRules
    let clocks: [Clock]
    let tests: [String: Tests]
    /// Names of measures by their ids.
    let measures: [String: Sentence]

    /// `tests` are the files `*.tests.yaml`, about villages too.
    package init(
        _ rules: RuleSet, areaRules: AreaRules, clocks: [Clock], tests files: [YAMLNode],
        measures: [String: Sentence]
    ) {
        self.rules = rules
        self.areaRules = areaRules
        self.clocks = clocks
        self.measures = measures
        var tests: [String: Tests] = [:]
        for test in files.flatMap({ RuleCheck.items(of: "tests", in: $0) }) {
            var named: Set<String> = []
            for entry in RuleCheck.items(of: "expect", in: test) {
                guard let id = RuleCheck.text(of: "rule", in: entry) else { continue }
                named.insert(id)
                switch RuleCheck.text(of: "event", in: entry) {
                case "opened": tests[id, default: Tests()].fires += 1
                case "cleared": tests[id, default: Tests()].clears += 1
                case "withdrawn": tests[id, default: Tests()].isWithdrawn += 1
                default: break
                }
            }
            for node in RuleCheck.items(of: "never", in: test) {
                guard let id = try? node.string() else { continue }
                named.insert(id)
                tests[id, default: Tests()].staysSilent += 1
            }
            for id in named {
                tests[id, default: Tests()].names.append(RuleCheck.text(of: "name", in: test) ?? "")
            }
        }
        self.tests = tests
    }

    /// The page in Markdown.
    package func markdown(_ language: Language) -> String {
        CataloguePage(catalogue: self, language: language).blocks.map(\.markdown)
            .joined(separator: "\n")
    }

    /// The page as one file without scripts or anything from elsewhere.
    package func html(_ language: Language) -> String {
        let page = CataloguePage(catalogue: self, language: language)
        return """
            <!doctype html>
            <html lang="\(language.rawValue)">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(PageBlock.escaped(page.title))</title>
            <style>
            :root { color-scheme: light dark }
            body { font: 15px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
              margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: CanvasText; background: Canvas }
            h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.5rem }
            .wide { overflow-x: auto }
            table { border-collapse: collapse; width: 100% }
            th, td { padding: .3rem .6rem; border-bottom: 1px solid #8884; text-align: left; vertical-align: top }
            code { font-size: .9em; background: #8882; padding: 0 .25em; border-radius: 3px; overflow-wrap: anywhere }
            @media print { h2 { break-after: avoid } }
            </style>
            \(page.blocks.map(\.html).joined(separator: "\n"))
            </html>

            """
    }
}

/// A piece of a page; texts hold code between backticks.
enum PageBlock {
    case heading(Int, String)
    case paragraph(String)
    case list([String])
    case table([String], [[String]])

    var markdown: String {
        switch self {
        case .heading(let level, let text):
            return String(repeating: "#", count: level) + " \(text)\n"
        case .paragraph(let text): return text + "\n"
        case .list(let items): return items.map { "- \($0)\n" }.joined()
        case .table(let head, let rows):
            func row(_ cells: [String]) -> String {
                "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
            }
            return row(head) + "|" + head.map { _ in "---|" }.joined() + "\n"
                + rows.map(row).joined()
        }
    }

    var html: String {
        switch self {
        case .heading(let level, let text): return "<h\(level)>\(Self.marked(text))</h\(level)>"
        case .paragraph(let text): return "<p>\(Self.marked(text))</p>"
        case .list(let items):
            return "<ul>\n" + items.map { "<li>\(Self.marked($0))</li>\n" }.joined() + "</ul>"
        case .table(let head, let rows):
            func row(_ cells: [String], _ tag: String) -> String {
                "<tr>" + cells.map { "<\(tag)>\(Self.marked($0))</\(tag)>" }.joined() + "</tr>\n"
            }
            return "<div class=\"wide\"><table>\n" + row(head, "th")
                + rows.map { row($0, "td") }.joined() + "</table></div>"
        }
    }

    private static func marked(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .map { $0 % 2 == 1 ? "<code>\(escaped(String($1)))</code>" : escaped(String($1)) }
            .joined()
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing("\"", with: "&quot;")
    }
}
