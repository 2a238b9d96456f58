using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Authorizations;

/// <summary>Computes what has to be published for a challenge.</summary>
/// <remarks>
/// <para>For an HTTP challenge it is the content of the file; with ForDNS the value of the TXT record; with ForTlsAlpn a certificate with its key, that a TLS server has to show to clients that offer the protocol acme-tls/1. It is made of the challenge's token and the account's key; the CA is not asked.</para>
/// </remarks>
/// <example>
/// <code>Get-KeyAuthorization $auths[0].HTTP01Token</code>
/// <para>Computes the content of the file for an HTTP challenge.</para>
/// </example>
/// <example>
/// <code>$auths.DNS01Token | Get-KeyAuthorization -ForDNS</code>
/// <para>Computes the values of TXT records.</para>
/// </example>
/// <example>
/// <code>$answers = Get-PAOrder | Get-PAAuthorization | Get-KeyAuthorization -ForTlsAlpn</code>
/// <para>Makes a certificate for the tls-alpn-01 challenge of each name of the order.</para>
/// </example>
/// <example>
/// <code>$answer = Get-KeyAuthorization $auths[0].TLSALPN01Token -ForTlsAlpn -Domain www.example.com; [IO.File]::WriteAllBytes("$HOME/answer.pfx", $answer.Export('Pfx', 'password'))</code>
/// <para>Makes a certificate for one name, and a PFX file of it for a TLS server.</para>
/// </example>
/// <seealso cref="GetPAAuthorizationCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-8.1"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8737#section-3"/>
[Cmdlet(VerbsCommon.Get, "KeyAuthorization")]
[OutputType(typeof(string), typeof(X509Certificate2))]
public sealed class GetKeyAuthorizationCommand : ProfileCommand
{
    /// <summary>The token of the challenge. Of a piped authorization it is that of tls-alpn-01.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("TLSALPN01Token")]
    public string Token { get; set; } = string.Empty;

    /// <summary>The account. Without it, the current one.</summary>
    [Parameter(Position = 1)]
    public PSObject? Account { get; set; }

    /// <summary>Computes the value of the TXT record of a DNS challenge.</summary>
    [Parameter]
    public SwitchParameter ForDNS { get; set; }

    /// <summary>Makes the certificate of a tls-alpn-01 challenge. It needs Domain.</summary>
    [Parameter]
    public SwitchParameter ForTlsAlpn { get; set; }

    /// <summary>The name that a certificate is made for with ForTlsAlpn: a DNS name or an IP address.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("fqdn")]
    public string? Domain { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        CheckCombination();
        var server = Session.RequireServer();
        var client = await Session.ConnectAsync(server, AccountInput.Resolve(Session, server, Account), cancellationToken).ConfigureAwait(false);
        WriteObject(ForTlsAlpn ? MakeCertificate(client.Key) : ForDNS ? client.Key.GetDnsTxtValue(Token) : client.Key.GetKeyAuthorization(Token));
    }

    private void CheckCombination()
    {
        if (ForTlsAlpn && ForDNS)
        {
            throw Invalid("ForDNS and ForTlsAlpn are for different challenges.", "Give one of them.");
        }

        if (ForTlsAlpn && string.IsNullOrEmpty(Domain))
        {
            throw Invalid("The certificate of a tls-alpn-01 challenge holds the name that is validated, and no name is given.", "Give -Domain, or pipe authorizations from Get-PAAuthorization.");
        }

        if (!ForTlsAlpn && Domain is not null)
        {
            // A piped authorization would give its token of another challenge.
            throw Invalid("A name is of use only for tls-alpn-01.", "Pipe the tokens of the challenges, such as $auths.DNS01Token, or use -ForTlsAlpn.");
        }
    }

    private static PoshAcmeException Invalid(string message, string action)
        => new("InvalidKeyAuthorizationRequest", ErrorKind.InvalidArgument, message, action);

    private X509Certificate2 MakeCertificate(AccountKey key)
    {
        // The password lives no longer than the bytes it protects.
        var password = Guid.NewGuid().ToString("N");
        return new X509Certificate2(TlsAlpnCertificate.CreatePfx(key, Token, Domain!, password, Session.Clock.UtcNow), password, X509KeyStorageFlags.Exportable);
    }
}
