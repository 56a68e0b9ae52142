/// A parsed expression. Immutable; `id` indexes the checker's tables.
final class Syntax {
    let id: Int
    /// Where messages point, as a UTF-8 offset: the operator, or the first character.
    let offset: Int
    let kind: Kind
    /// Levels of nesting below and with this one.
    let depth: Int

    enum Kind {
        case literal(Value)
        /// `isAbsolute` for a leading dot.
        case name(String, isAbsolute: Bool)
        /// `operand.field`, `operand.?field`.
        case select(Syntax, field: String, isOptional: Bool)
        /// `has(operand.field)`.
        case has(Syntax, field: String)
        case index(Syntax, Syntax, isOptional: Bool)
        /// `name(...)`; operators have the language's names for them, such as `_+_`.
        case call(String, isAbsolute: Bool, [Syntax])
        /// `receiver.name(...)`.
        case member(Syntax, String, [Syntax])
        case and(Syntax, Syntax)
        case or(Syntax, Syntax)
        case conditional(Syntax, Syntax, Syntax)
        case list([Element])
        case map([Entry])
        /// `Name{field: value}`.
        case message(String, isAbsolute: Bool, [(field: String, offset: Int, value: Syntax)])
        case comprehension(Comprehension)
        /// `cel.bind(name, value, body)`.
        case bind(name: String, Syntax, Syntax)
    }

    struct Element {
        let value: Syntax
        let isOptional: Bool
    }

    struct Entry {
        let key: Syntax
        let value: Syntax
        let isOptional: Bool
    }

    /// A macro over a list or map.
    final class Comprehension {
        enum Form {
            case all, exists, existsOne
            case map, filter
            case transformList, transformMap, transformMapEntry
            case optionalMap, optionalFlatMap
        }

        let form: Form
        let range: Syntax
        let variable: String
        /// The value, of the forms that name key (or index) and value.
        let second: String?
        /// The condition of `all`, `exists`, `existsOne`, `filter`; the optional one of the
        /// others.
        let condition: Syntax?
        /// What the forms that make something make.
        let result: Syntax?

        init(
            form: Form, range: Syntax, variable: String, second: String?, condition: Syntax?,
            result: Syntax?
        ) {
            self.form = form
            self.range = range
            self.variable = variable
            self.second = second
            self.condition = condition
            self.result = result
        }
    }

    init(id: Int, offset: Int, kind: Kind, depth: Int) {
        self.id = id
        self.offset = offset
        self.kind = kind
        self.depth = depth
    }

    /// `a.b.c` of plain names, with its leading dot told apart; `nil` for anything else.
    var qualifiedName: (name: String, isAbsolute: Bool, root: String)? {
        switch kind {
        case .name(let name, let isAbsolute):
            return (name, isAbsolute, name)
        case .select(let operand, let field, isOptional: false):
            guard let outer = operand.qualifiedName else { return nil }
            return ("\(outer.name).\(field)", outer.isAbsolute, outer.root)
        default:
            return nil
        }
    }
}
