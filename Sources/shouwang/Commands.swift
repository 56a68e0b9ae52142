/// Every command, in the order of the help.
enum Commands {
    static let all: [CommandSpec] = [
        RunCommand.spec, LeaveCommand.spec, CheckCommand.spec, ExplainCommand.spec, TopicsCommand.plan,
        TopicsCommand.apply, FeedCommand.spec, ReplayCommand.spec, StatusCommand.spec,
        WhyCommand.spec, WatchCommand.spec, SummaryCommand.spec, RankCommand.spec, DeadListCommand.spec,
        DeadShowCommand.spec, DeadReplayCommand.spec, RulesCheckCommand.spec, RulesTestCommand.spec,
        RulesCatalogueCommand.spec,
        BacktestCommand.spec, RulesPublishCommand.spec, RulesReleasesCommand.spec,
        RulesShadowCommand.spec, RulesShadowReportCommand.spec, RulesActivateCommand.activate,
        RulesActivateCommand.rollback, ProveCommand.spec, ProveWorkerCommand.spec, SimulateFleetCommand.spec,
    ]
}
