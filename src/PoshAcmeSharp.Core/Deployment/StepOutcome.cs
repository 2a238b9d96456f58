namespace PoshAcmeSharp.Deployment;

/// <summary>What became of one step of a deployment.</summary>
public enum StepOutcome
{
    /// <summary>It was carried out.</summary>
    Done,

    /// <summary>There was nothing to do: it was so already.</summary>
    AlreadyDone,

    /// <summary>It was left out on purpose, or waits for something else.</summary>
    Skipped,

    /// <summary>It went through, or could not be told, and somebody should look at it.</summary>
    Warning,

    /// <summary>It failed; the steps after it were not tried.</summary>
    Failed,

    /// <summary>It would be carried out.</summary>
    WhatIf,
}
