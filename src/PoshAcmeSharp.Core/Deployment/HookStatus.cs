namespace PoshAcmeSharp.Deployment;

/// <summary>What became of the script of <c>-OnRenewed</c> for one order.</summary>
public enum HookStatus
{
    /// <summary>There was nothing to run it for.</summary>
    None,

    /// <summary>It waits for a call that gives it.</summary>
    Pending,

    /// <summary>It ran to its end.</summary>
    Done,

    /// <summary>It failed, and stays pending.</summary>
    Failed,
}
