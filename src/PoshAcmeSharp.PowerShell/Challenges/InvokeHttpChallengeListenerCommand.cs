using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Plugins.SelfHost;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Answers the http-01 challenges of an order with a web server of its own, until the CA has validated the names.</summary>
/// <remarks>
/// <para>The command listens first, then tells the CA to look, waits until every pending name is settled or the time is over, and has stopped listening when it ends, whatever happened. If it cannot listen, the CA is told nothing. It answers nothing but the tokens of the challenges.</para>
/// <para>The CA asks at port 80. With another port, the router or web server in front has to forward /.well-known/acme-challenge/ to it. On Windows the port is shared with IIS through http.sys, which takes an elevated session or a URL reservation; elsewhere ports below 1024 may take root.</para>
/// </remarks>
/// <example>
/// <code>New-PAOrder www.example.com; Invoke-HttpChallengeListener; Submit-OrderFinalize; Complete-PAOrder</code>
/// <para>Issues a certificate on a machine whose port 80 the Internet reaches.</para>
/// </example>
/// <example>
/// <code>Get-PAOrder www.example.com | Invoke-HttpChallengeListener -Port 8080 -ListenerTimeout 300</code>
/// <para>Listens at a port that a reverse proxy forwards to, for five minutes at most.</para>
/// </example>
/// <example>
/// <code>Invoke-HttpChallengeListener -ListenerPrefixes http://192.0.2.10:80/.well-known/acme-challenge/</code>
/// <para>Listens at one address only.</para>
/// </example>
/// <seealso cref="Orders.NewPAOrderCommand"/>
/// <seealso cref="PublishHttpChallengeFileCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-8.3"/>
[Cmdlet(VerbsLifecycle.Invoke, "HttpChallengeListener", SupportsShouldProcess = true)]
[OutputType(TypeNames.Authorization)]
public sealed class InvokeHttpChallengeListenerCommand : ProfileCommand
{
    /// <summary>The main domain of an order: the first of its names. Without it and without Name, the current order.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("domain", "fqdn")]
    [ArgumentCompleter(typeof(MainDomainCompleter))]
    public string? MainDomain { get; set; }

    /// <summary>The name of an order in the profile.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(OrderNameCompleter))]
    public string? Name { get; set; }

    /// <summary>How many seconds to wait for the CA: 120 if not given, 6 at least; 0 waits until all is settled.</summary>
    [Parameter]
    [Alias("TTL")]
    [ValidateRange(0, int.MaxValue)]
    public int ListenerTimeout { get; set; } = 120;

    /// <summary>The port to listen at, of all addresses; 80 if not given.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <summary>Where to listen, instead of Port: such as http://+:8080/.well-known/acme-challenge/, with + for all names and addresses, an address, or a name.</summary>
    [Parameter]
    public string[]? ListenerPrefixes { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => MyInvocation.ExpectingInput;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var listener = new HttpChallengeListener(Port == 0 ? null : Port, ListenerPrefixes);
        var server = Session.RequireServer();
        var account = Session.RequireValidAccount(server);
        var orders = new OrderService(Session);
        var order = MainDomain is null && Name is null
            ? orders.Require(account, null)
            : orders.Find(account, MainDomain, Name) ?? throw new PoshAcmeException(
                "OrderNotFound",
                ErrorKind.NotFound,
                $"Order '{Name ?? MainDomain}' was not found in the current account's order list.",
                "Get-PAOrder -List shows the orders of the account; Set-PAAccount chooses another account.");
        if (!await ShouldProcessAsync(order.Name, "Answer the http-01 challenges").ConfigureAwait(false))
        {
            return;
        }

        var authorizations = await listener.ValidateOrderAsync(
            await Session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false),
            order.Authorizations,
            TimeSpan.FromSeconds(ListenerTimeout),
            Reporter,
            cancellationToken).ConfigureAwait(false);
        foreach (var authorization in authorizations)
        {
            WriteObject(OutputObjects.From(authorization));
        }
    }
}
