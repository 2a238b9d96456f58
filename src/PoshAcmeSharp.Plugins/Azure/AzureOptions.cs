using System.Security;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>
/// The arguments of the Azure plugin: a subscription, and one way to get a token: the password or the certificate of an
/// application, a token that is there, or the identity of the machine.
/// </summary>
public sealed class AzureOptions
{
    internal const string CredentialSet = "Credential";
    internal const string PlainCredentialSet = "DeprecatedCredentialInsecure";
    internal const string ThumbprintSet = "CertThumbprint";
    internal const string PlainFileSet = "DeprecatedCertFile";
    internal const string FileSet = "CertFile";
    internal const string PlainTokenSet = "Token";
    internal const string TokenSet = "TokenSecure";
    internal const string IdentitySet = "IMDS";

    /// <summary>The subscription that has the DNS zones.</summary>
    [PluginArgument(Mandatory = true, Help = "The ID of the subscription that has the DNS zones.")]
    public string? AZSubscriptionId { get; set; }

    /// <summary>The tenant (directory) of the application.</summary>
    [PluginArgument(ParameterSet = CredentialSet, Mandatory = true, Help = "The ID of the tenant (directory) that the application belongs to.")]
    [PluginArgument(ParameterSet = PlainCredentialSet, Mandatory = true)]
    [PluginArgument(ParameterSet = ThumbprintSet, Mandatory = true)]
    [PluginArgument(ParameterSet = PlainFileSet, Mandatory = true)]
    [PluginArgument(ParameterSet = FileSet, Mandatory = true)]
    public string? AZTenantId { get; set; }

    /// <summary>The application's ID and its password.</summary>
    [PluginArgument(ParameterSet = CredentialSet, Mandatory = true, Help = "The ID of the application as user name, and its client secret as password.")]
    public StoredCredential? AZAppCred { get; set; }

    /// <summary>The application's ID.</summary>
    [PluginArgument(ParameterSet = PlainCredentialSet, Mandatory = true, Help = "The ID of the application.")]
    [PluginArgument(ParameterSet = ThumbprintSet, Mandatory = true)]
    [PluginArgument(ParameterSet = PlainFileSet, Mandatory = true)]
    [PluginArgument(ParameterSet = FileSet, Mandatory = true)]
    public string? AZAppUsername { get; set; }

    /// <summary>The application's password as plain text.</summary>
    [PluginArgument(ParameterSet = PlainCredentialSet, Mandatory = true, Help = "The client secret as plain text; AZAppCred keeps it out of transcripts.")]
    public string? AZAppPasswordInsecure { get; set; }

    /// <summary>The thumbprint of the application's certificate in the store My of the user or the machine.</summary>
    [PluginArgument(ParameterSet = ThumbprintSet, Mandatory = true, Help = "The thumbprint of the application's certificate in the certificate store.")]
    public string? AZCertThumbprint { get; set; }

    /// <summary>The PFX file with the application's certificate.</summary>
    [PluginArgument(ParameterSet = PlainFileSet, Mandatory = true, IsPath = true, Help = "The PFX file with the application's certificate.")]
    [PluginArgument(ParameterSet = FileSet, Mandatory = true)]
    public string? AZCertPfx { get; set; }

    /// <summary>The password of the PFX file.</summary>
    [PluginArgument(ParameterSet = FileSet, Mandatory = true, Help = "The password of the PFX file.")]
    public SecureString? AZPfxPassSecure { get; set; }

    /// <summary>The password of the PFX file as plain text.</summary>
    [PluginArgument(ParameterSet = PlainFileSet, Mandatory = true, Help = "The password of the PFX file as plain text; AZPfxPassSecure keeps it out of transcripts.")]
    public string? AZPfxPass { get; set; }

    /// <summary>An access token as plain text.</summary>
    [PluginArgument(ParameterSet = PlainTokenSet, Mandatory = true, Help = "An access token as plain text; it is of use for about an hour.")]
    public string? AZAccessToken { get; set; }

    /// <summary>An access token.</summary>
    [PluginArgument(ParameterSet = TokenSet, Mandatory = true, Help = "An access token; it is of use for about an hour.")]
    public SecureString? AZAccessTokenSecure { get; set; }

    /// <summary>Whether the managed identity of the machine is used.</summary>
    [PluginArgument(ParameterSet = IdentitySet, Mandatory = true, Help = "Use the managed identity of this Azure machine.")]
    public bool AZUseIMDS { get; set; }

    /// <summary>The version of the identity endpoint, for old agents.</summary>
    [PluginArgument(ParameterSet = IdentitySet, Help = "The api-version of the identity endpoint, 2021-02-01 if not given.")]
    public string? AZArcAgentAPIVersion { get; set; }

    /// <summary>The cloud: AzureCloud, AzureUSGovernment, AzureChinaCloud or AzureGermanCloud.</summary>
    [PluginArgument(Help = "AzureCloud (if not given), AzureUSGovernment, AzureChinaCloud or AzureGermanCloud.")]
    public string? AZEnvironment { get; set; }
}
