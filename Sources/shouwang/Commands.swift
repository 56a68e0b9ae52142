/// Every command, in the order of the help.
enum Commands {
    static let all: [CommandSpec] = [
        CheckCommand.spec, ExplainCommand.spec, TopicsCommand.plan, TopicsCommand.apply,
        FeedCommand.spec, ReplayCommand.spec, StatusCommand.spec, WhyCommand.spec,
        RulesTestCommand.spec,
    ]
}
