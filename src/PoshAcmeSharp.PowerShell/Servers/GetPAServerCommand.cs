using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Servers;

/// <summary>Gets the current ACME server, another one, or all in the profile.</summary>
/// <remarks>
/// <para>Without parameters, the server that the other commands use. The object holds what the server's directory says, and the settings of Set-PAServer.</para>
/// </remarks>
/// <example>
/// <code>Get-PAServer</code>
/// <para>Shows the current server.</para>
/// </example>
/// <example>
/// <code>Get-PAServer -List | Where-Object SkipCertificateCheck</code>
/// <para>Shows the servers whose TLS certificates are not checked.</para>
/// </example>
/// <seealso cref="SetPAServerCommand"/>
[Cmdlet(VerbsCommon.Get, "PAServer", DefaultParameterSetName = SpecificSet)]
[OutputType(TypeNames.Server)]
public sealed class GetPAServerCommand : ProfileCommand
{
    private const string SpecificSet = "Specific";
    private const string ListSet = "List";

    /// <summary>The directory URL or well-known name of a server in the profile.</summary>
    [Parameter(ParameterSetName = SpecificSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("location")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DirectoryUrlCompleter))]
    public string? DirectoryUrl { get; set; }

    /// <summary>The name of a server in the profile.</summary>
    [Parameter(ParameterSetName = SpecificSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ServerNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Gets all servers in the profile.</summary>
    [Parameter(ParameterSetName = ListSet, Mandatory = true)]
    public SwitchParameter List { get; set; }

    /// <summary>Asks the servers for their directories first.</summary>
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    /// <summary>Does not warn when the server is not in the profile.</summary>
    [Parameter(ParameterSetName = SpecificSet)]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (var server in List ? Session.Store.ListServers() : Find())
        {
            if (Refresh)
            {
                await new ServerService(Session).RefreshAsync(server, cancellationToken).ConfigureAwait(false);
            }

            WriteObject(OutputObjects.From(server));
        }
    }

    private IEnumerable<StoredServer> Find()
    {
        var wanted = DirectoryUrl is null ? Name : WellKnownServers.ToDirectoryUrl(DirectoryUrl);
        var server = wanted is null ? Session.Store.GetCurrentServer() : Session.Store.FindServer(wanted);
        if (server is not null)
        {
            return [server];
        }

        if (wanted is not null && !Quiet)
        {
            WriteWarning($"Unable to find the server '{wanted}' in the profile. Set-PAServer adds it.");
        }

        return [];
    }
}
