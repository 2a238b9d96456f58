namespace PoshAcmeSharp.Deployment;

/// <summary>What became of the script of <c>-OnRenewed</c> for one order.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Error">Why it failed; null unless it did.</param>
public sealed record HookResult(HookStatus Status, PoshAcmeException? Error = null)
{
    /// <summary>Nothing was to do.</summary>
    internal static HookResult None { get; } = new(HookStatus.None);
}
