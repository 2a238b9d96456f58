namespace PoshAcmeSharp.Deployment;

/// <summary>What became of a deployment as a whole.</summary>
public enum DeploymentStatus
{
    /// <summary>Something was changed, and all is now as it was asked for.</summary>
    Done,

    /// <summary>All was as it was asked for; nothing was changed.</summary>
    AlreadyDone,

    /// <summary>A step failed; running again goes on there.</summary>
    Failed,

    /// <summary>Something would be changed.</summary>
    WhatIf,
}
