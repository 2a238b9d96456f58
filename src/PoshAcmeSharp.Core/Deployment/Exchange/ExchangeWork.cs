namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>What the parts of one run have in common.</summary>
internal sealed record ExchangeWork(
    IExchangeCommands Commands,
    DeploymentRecords Records,
    ITlsProbe Probe,
    Func<string, string, Task<bool>> ConfirmAsync,
    bool IsWhatIf,
    IReporter Reporter,
    IClock Clock)
{
    public const string Activity = "Deploying to Exchange";

    public const string ServerKind = "Exchange";

    /// <summary>Whether two names are of one server: one of them may be the short form of the other.</summary>
    public static bool IsSameServer(string one, string other)
        => string.Equals(one, other, StringComparison.OrdinalIgnoreCase)
            || ((one.IndexOf('.') < 0 || other.IndexOf('.') < 0)
                && string.Equals(one.Split('.')[0], other.Split('.')[0], StringComparison.OrdinalIgnoreCase));
}
