namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>The type names of what commands write. Scripts test for them, so they are Posh-ACME's.</summary>
internal static class TypeNames
{
    public const string Server = "PoshACME.PAServer";

    public const string Account = "PoshACME.PAAccount";

    public const string Order = "PoshACME.PAOrder";

    public const string Authorization = "PoshACME.PAAuthorization";

    public const string Certificate = "PoshACME.PACertificate";

    public const string CertificateProfile = "PoshACME.PAProfile";

    public const string PluginDetail = "PoshACME.PAPluginDetail";

    public const string PluginParameter = "PoshACME.PluginParameter";

    /// <summary>Ours alone: an order that the CA lists.</summary>
    public const string ServerOrder = "PoshAcmeSharp.ServerOrder";

    /// <summary>Ours alone: how a wait for DNS ended.</summary>
    public const string DnsWait = "PoshAcmeSharp.DnsWaitResult";

    /// <summary>Ours alone: what one name server said.</summary>
    public const string DnsServer = "PoshAcmeSharp.DnsServerResult";

    /// <summary>Ours alone: what the DNS of a name is like.</summary>
    public const string DnsReport = "PoshAcmeSharp.DnsReport";

    /// <summary>Ours alone: one thing that was found in the DNS of a name.</summary>
    public const string DnsFinding = "PoshAcmeSharp.DnsFinding";

    /// <summary>Ours alone: a name server of a zone.</summary>
    public const string DnsZoneServer = "PoshAcmeSharp.DnsZoneServer";

    /// <summary>Ours alone: a certificate in a store of the system.</summary>
    public const string InstalledCertificate = "PoshAcmeSharp.InstalledCertificate";

    /// <summary>Ours alone: whether an order is due, and why.</summary>
    public const string Renewal = "PoshAcmeSharp.Renewal";

    /// <summary>Ours alone: what became of an order in a run of renewals.</summary>
    public const string RenewalResult = "PoshAcmeSharp.RenewalResult";

    /// <summary>Ours alone: a task that is registered with a scheduler.</summary>
    public const string RenewalTask = "PoshAcmeSharp.RenewalTask";

    /// <summary>Ours alone: what a renewal task did.</summary>
    public const string RenewalTaskRun = "PoshAcmeSharp.RenewalTaskRun";

    /// <summary>Ours alone: what became of a certificate on an Exchange server.</summary>
    public const string ExchangeDeployment = "PoshAcmeSharp.ExchangeDeployment";

    /// <summary>Ours alone: what became of a certificate at a binding of IIS.</summary>
    public const string IisDeployment = "PoshAcmeSharp.IisDeployment";

    /// <summary>Ours alone: one step of a deployment.</summary>
    public const string DeploymentStep = "PoshAcmeSharp.DeploymentStep";
}
