using System.Management.Automation;
using PoshAcmeSharp.Deployment.Exchange;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>
/// Exchange's commands in the session of whoever called: the Exchange Management Shell, or one with an imported session.
/// A command that hangs ends only when the pipeline is stopped: it runs on the pipeline's own thread.
/// </summary>
internal sealed class ExchangeSession(SessionCommands commands, Func<Func<IReadOnlyList<PSObject>>, Task<IReadOnlyList<PSObject>>> onPipelineThreadAsync, IReporter reporter)
    : IExchangeCommands
{
    private const string ServerParameter = "Server";
    private const string ThumbprintParameter = "Thumbprint";
    private const string IdentityParameter = "Identity";
    private const string TlsCertificateName = "TlsCertificateName";

    private static readonly string[] AuthProperties = ["CurrentCertificateThumbprint", "PreviousCertificateThumbprint", "NextCertificateThumbprint"];
    private static readonly string[] Needed = ["Get-ExchangeCertificate", "Import-ExchangeCertificate", "Enable-ExchangeCertificate"];

    public Task RequireAsync(CancellationToken cancellationToken) => OnThreadAsync(() =>
    {
        string[] missing = [.. Needed.Where(name => commands.Find(name) is null)];
        return missing.Length == 0 ? [] : throw new PoshAcmeException(
            "ExchangeCommandsNotFound",
            ErrorKind.NotFound,
            missing.Length == Needed.Length
                ? "This session has no commands of Exchange."
                : $"This session lacks {string.Join(", ", missing)}: the account may not manage certificates.",
            missing.Length == Needed.Length
                ? "Use the Exchange Management Shell, or import its commands: Import-PSSession (New-PSSession -ConfigurationName Microsoft.Exchange -ConnectionUri http://SERVER/PowerShell/ -Authentication Kerberos)."
                : "Add the account to a role group with the role Exchange Server Certificates, such as Server Management.");
    }, cancellationToken);

    public async Task<IReadOnlyList<ExchangeCertificate>> GetCertificatesAsync(string server, CancellationToken cancellationToken)
        => [.. (await InvokeAsync(server, "Get-ExchangeCertificate", cancellationToken, (ServerParameter, server)).ConfigureAwait(false)).Select(Read)];

    public async Task<string?> GetDefaultSmtpAsync(string server, CancellationToken cancellationToken)
    {
        try
        {
            var found = await InvokeAsync(server, "Get-TransportService", cancellationToken, (IdentityParameter, server)).ConfigureAwait(false);
            var thumbprint = found.Count == 1 ? SessionCommands.Text(found[0], "InternalTransportCertificateThumbprint") : string.Empty;
            return thumbprint.Length == 0 ? null : thumbprint.ToUpperInvariant();
        }
        catch (PoshAcmeException e)
        {
            reporter.Verbose($"The default SMTP certificate of server '{server}' cannot be read. {e.Message}");
            return null;
        }
    }

    public Task ImportAsync(string server, ExchangePfx pfx, string? friendlyName, bool isExportable, CancellationToken cancellationToken)
        => InvokeAsync(
            server,
            "Import-ExchangeCertificate",
            cancellationToken,
            (ServerParameter, server),
            ("FileData", pfx.ToBytes()),
            ("Password", SecretInput.Secure(pfx.Password)),
            ("FriendlyName", friendlyName),
            ("PrivateKeyExportable", isExportable));

    public Task EnableAsync(string server, string thumbprint, IReadOnlyList<string> services, CancellationToken cancellationToken)
        => InvokeAsync(
            server,
            "Enable-ExchangeCertificate",
            cancellationToken,
            (ServerParameter, server),
            (ThumbprintParameter, thumbprint),
            ("Services", string.Join(",", services)),
            ("Force", true));

    public Task RemoveAsync(string server, string thumbprint, CancellationToken cancellationToken)
        => InvokeAsync(server, "Remove-ExchangeCertificate", cancellationToken, (ServerParameter, server), (ThumbprintParameter, thumbprint));

    public async Task<IReadOnlyList<string>> GetAuthThumbprintsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var configs = await InvokeAsync(null, "Get-AuthConfig", cancellationToken).ConfigureAwait(false);
            return
            [
                .. configs
                    .SelectMany(config => AuthProperties.Select(name => SessionCommands.Text(config, name)))
                    .Where(thumbprint => thumbprint.Length > 0),
            ];
        }
        catch (PoshAcmeException e)
        {
            reporter.Verbose($"The Auth certificates cannot be read; their subject tells them too. {e.Message}");
            return [];
        }
    }

    public async Task<IReadOnlyList<ExchangeConnector>> GetSendConnectorsAsync(CancellationToken cancellationToken)
        => [.. (await InvokeAsync(null, "Get-SendConnector", cancellationToken).ConfigureAwait(false))
            .Select(c => Read(c, isReceive: false, SessionCommands.Texts(c, "SourceTransportServers")))];

    public async Task<IReadOnlyList<ExchangeConnector>> GetReceiveConnectorsAsync(string server, CancellationToken cancellationToken)
        => [.. (await InvokeAsync(server, "Get-ReceiveConnector", cancellationToken, (ServerParameter, server)).ConfigureAwait(false))
            .Select(c => Read(c, isReceive: true, [server]))];

    public Task SetConnectorAsync(ExchangeConnector connector, string tlsCertificateName, CancellationToken cancellationToken)
        => InvokeAsync(
            null,
            connector.IsReceive ? "Set-ReceiveConnector" : "Set-SendConnector",
            cancellationToken,
            (IdentityParameter, connector.Identity),
            (TlsCertificateName, tlsCertificateName));

    private static ExchangeCertificate Read(PSObject shown) => new()
    {
        Thumbprint = SessionCommands.Text(shown, ThumbprintParameter).ToUpperInvariant(),
        Subject = SessionCommands.Text(shown, "Subject"),
        Issuer = SessionCommands.Text(shown, "Issuer"),
        Names = SessionCommands.Texts(shown, "CertificateDomains"),
        Services = [.. SessionCommands.Text(shown, "Services").Split(',').Select(s => s.Trim()).Where(s => s.Length > 0 && !string.Equals(s, "None", StringComparison.OrdinalIgnoreCase))],
        Status = SessionCommands.Text(shown, "Status"),
        HasPrivateKey = SessionCommands.IsTrue(shown, "HasPrivateKey"),
        IsSelfSigned = SessionCommands.IsTrue(shown, "IsSelfSigned"),
        NotAfter = SessionCommands.Time(shown, "NotAfter"),
    };

    private static ExchangeConnector Read(PSObject shown, bool isReceive, IReadOnlyList<string> servers) => new()
    {
        Identity = SessionCommands.Text(shown, IdentityParameter),
        Name = SessionCommands.Text(shown, "Name"),
        IsReceive = isReceive,
        Fqdn = SessionCommands.Text(shown, "Fqdn"),
        TlsCertificateName = SessionCommands.Text(shown, TlsCertificateName) is { Length: > 0 } name ? name : null,
        Servers = servers,
    };

    private Task<IReadOnlyList<PSObject>> InvokeAsync(
        string? server, string name, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
        => OnThreadAsync(
            () =>
            {
                var command = commands.Find(name) ?? throw new PoshAcmeException(
                    "ExchangeCommandsNotFound",
                    ErrorKind.NotFound,
                    $"This session lacks {name}: the account may not use it.",
                    "Add the account to a role group with the roles for certificates and connectors, such as Organization Management.");
                try
                {
                    return commands.Invoke(command, parameters);
                }
                catch (Exception e) when (SessionCommands.IsFailure(e))
                {
                    throw Failed(name, server, e);
                }
            },
            cancellationToken);

    private async Task<IReadOnlyList<PSObject>> OnThreadAsync(Func<IReadOnlyList<PSObject>> action, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await onPipelineThreadAsync(action).ConfigureAwait(false);
    }

    private static PoshAcmeException Failed(string name, string? server, Exception e)
    {
        var record = SessionCommands.Describe(e);
        var kind = record.CategoryInfo.Category switch
        {
            ErrorCategory.PermissionDenied or ErrorCategory.SecurityError => ErrorKind.PermissionDenied,
            ErrorCategory.ObjectNotFound => ErrorKind.NotFound,
            ErrorCategory.InvalidArgument or ErrorCategory.InvalidData => ErrorKind.InvalidArgument,
            ErrorCategory.ConnectionError or ErrorCategory.ResourceUnavailable or ErrorCategory.OpenError => ErrorKind.Connection,
            ErrorCategory.OperationTimeout => ErrorKind.Timeout,
            _ => ErrorKind.InvalidOperation,
        };
        return new(
            "ExchangeCommandFailed",
            kind,
            $"{name} failed{(server is null ? string.Empty : $" on server '{server}'")}: {record}",
            "Correct what it says and run the command again: it goes on where it failed.",
            e);
    }
}
