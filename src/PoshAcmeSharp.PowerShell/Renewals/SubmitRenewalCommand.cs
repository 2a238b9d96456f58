using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Deployment;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Renewals;

/// <summary>Renews the certificates that are due: of one order, of all orders of the account, or of all accounts.</summary>
/// <remarks>
/// <para>Run it daily. An order is due at a moment in the window that the CA suggests (ARI); where the CA suggests none, when a third of the certificate's lifetime is left (half of a lifetime of 10 days or less); when its certificate has expired; and when a renewal was begun and not completed. After a failure an order is tried again after 1, 10 and 100 minutes, then daily. Force goes past all of that.</para>
/// <para>An order that fails stops no other, and its certificate in use stays untouched. Each failure is an error, and of one order that was asked for by name or as the current one it ends the command, so that try and catch sees it; with -ErrorAction Stop all orders are tried first, and then one error that names all failures ends the command. Run by pwsh -Command or with try and catch, that makes an exit code for a scheduled task.</para>
/// <para>The certificates of renewed orders are written to the pipeline; orders that are not due or cannot be renewed unattended are warnings. With PassThru an object is written for every order instead. The current server, account and order stay what they are.</para>
/// <para>The script of OnRenewed runs in the caller's session, one order after the other, when all orders have been tried. It has failed when it throws, or a command in it ends it; an error that it merely writes is passed on and is none. A failure counts like a failed renewal and is kept with the order, so that the next call with OnRenewed runs the script again with the newest certificate, even if nothing is due; so does a script that was interrupted. Until then Get-PARenewal shows HookPending, and calls without OnRenewed warn. A call with -OnRenewed {} ends that.</para>
/// </remarks>
/// <example>
/// <code>Submit-Renewal -AllOrders</code>
/// <para>Renews what is due in the current account, and writes the new certificates.</para>
/// </example>
/// <example>
/// <code>try { Submit-Renewal -AllAccounts -AllServers -ErrorAction Stop -WarningAction SilentlyContinue } catch { "$_"; exit 1 }</code>
/// <para>The line for a scheduled task: renews what is due in the whole profile; the exit code is 1 when an order failed.</para>
/// </example>
/// <example>
/// <code>Submit-Renewal -AllOrders -PassThru | Where-Object Status -EQ Failed | Format-List Name, Reason, NextAttempt</code>
/// <para>Renews what is due, and shows what failed, why, and when it is tried again.</para>
/// </example>
/// <example>
/// <code>Submit-Renewal www.example.com -CsrProvider { "/etc/ssl/requests/$($_.Name).csr" }</code>
/// <para>Renews an order whose key is kept elsewhere, with a fresh request from a file.</para>
/// </example>
/// <example>
/// <code>Submit-Renewal -AllOrders -OnRenewed { $_ | Install-PACertificate; Restart-Service ADFSSRV }</code>
/// <para>Renews what is due, and brings each new certificate to where it is used.</para>
/// </example>
/// <seealso cref="GetPARenewalCommand"/>
/// <seealso cref="Certificates.GetPACertificateCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9773"/>
[Cmdlet(VerbsLifecycle.Submit, "Renewal", DefaultParameterSetName = SpecificSet, SupportsShouldProcess = true)]
[OutputType(TypeNames.Certificate, TypeNames.RenewalResult)]
public sealed class SubmitRenewalCommand : RenewalCommand
{
    private readonly ConcurrentQueue<(string? Order, Exception Error)> _failures = new();
    private readonly ConcurrentQueue<PoshAcmeException> _hookFailures = new();
    private readonly ConcurrentQueue<RenewalResult> _results = new();
    private readonly Dictionary<string, HookStatus> _hooks = new(StringComparer.Ordinal);
    private bool _isStopping;
    private bool _isOnlyOne;

    /// <summary>Renews orders that are not due too, and those that failed a moment ago.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Renews orders with the Manual plugin too: somebody is there to publish the challenges.</summary>
    [Parameter]
    public SwitchParameter NoSkipManualDns { get; set; }

    /// <summary>Arguments of the plugins. A plugin that gets any loses those that were kept for it with the order. Names may have arguments of their own: @{ '*.example.com' = @{ ... }; 'default' = @{ ... } }.</summary>
    [Parameter]
    public Hashtable? PluginArgs { get; set; }

    /// <summary>Folders of plugin scripts to look for plugins in, before those of POSHACME_PLUGINS and of an installed Posh-ACME. Their full paths are kept with the order and used at renewals: who can write there decides what runs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? PluginPath { get; set; }

    /// <summary>A script block that gives a fresh certificate signing request for an order that was made with one. It gets the order as $_ and as its argument, and writes PEM, base64url, or the path of a file. Without it the request of the order is used again.</summary>
    [Parameter]
    public ScriptBlock? CsrProvider { get; set; }

    /// <summary>How many orders are renewed at once.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    [PSDefaultValue(Value = 5)]
    public int ThrottleLimit { get; set; } = 5;

    /// <summary>A script to run with each new certificate, which it gets as $_ and as its argument. While it fails it runs again at each call with OnRenewed, until it has run to its end. It is not kept; what it writes goes to the information stream.</summary>
    [Parameter]
    public ScriptBlock? OnRenewed { get; set; }

    /// <summary>Writes an object for every order: what became of it, why, and when it is tried again.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task BeginAsync(CancellationToken cancellationToken)
    {
        var action = await OnPipelineThreadAsync(() =>
            LanguagePrimitives.TryConvertTo(Preference("ErrorAction", "ErrorActionPreference"), CultureInfo.InvariantCulture, out ActionPreference preference)
                ? preference
                : ActionPreference.Continue).ConfigureAwait(false);
        _isStopping = action == ActionPreference.Stop;

        // Scripts for one order learn by try and catch that it failed, whatever the preference; -PassThru tells it else.
        _isOnlyOne = ParameterSetName == SpecificSet && !MyInvocation.ExpectingInput && !PassThru
            && action is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var options = new RenewalOptions
        {
            Force = Force,
            NoSkipManualDns = NoSkipManualDns,
            PluginArgs = PluginArgsInput.Read(PluginArgs),
            PluginPath = PluginPath,
            ThrottleLimit = ThrottleLimit,
            CsrProvider = CsrProvider is null ? null : ProvideAsync,
            AwaitsHook = OnRenewed is not null,
        };
        var acts = !IsWhatIf;
        var due = new List<RenewalCandidate>();
        var declined = new HashSet<string>(StringComparer.Ordinal);
        foreach (var planned in await Service.PlanAsync(Candidates, options, asks: acts, keeps: acts, cancellationToken).ConfigureAwait(false))
        {
            if (planned.Decision.State != RenewalState.Due)
            {
                Report(RenewalResult.Of(planned));
            }
            else if (await ShouldProcessAsync(planned.Candidate.Order.Name, "Renew the certificate").ConfigureAwait(false))
            {
                due.Add(planned.Candidate);
            }
            else
            {
                declined.Add(planned.Candidate.Order.Folder);
            }
        }

        await Service.RunAsync(due, options, Report, cancellationToken).ConfigureAwait(false);
        var tried = new HashSet<string>(due.Select(c => c.Order.Folder), StringComparer.Ordinal);
        foreach (var order in Candidates.Select(c => c.Order))
        {
            _hooks[order.Folder] = await RunHookAsync(
                order, tried.Contains(order.Folder), IsWhatIf && declined.Contains(order.Folder), cancellationToken).ConfigureAwait(false);
        }

        foreach (var result in _results)
        {
            WriteObject(RenewalObjects.From(result, _hooks[result.Candidate.Order.Folder]));
        }

        if (_isOnlyOne && _failures.Select(f => f.Error).Concat(_hookFailures).FirstOrDefault() is { } failure)
        {
            ExceptionDispatchInfo.Capture(failure).Throw();
        }

        if (_isStopping && !(_failures.IsEmpty && _hookFailures.IsEmpty))
        {
            throw Summary();
        }
    }

    /// <summary>Does for an order what is pending, from this run or a former one.</summary>
    private async Task<HookStatus> RunHookAsync(StoredOrder order, bool isRenewed, bool isNamed, CancellationToken cancellationToken)
    {
        if (OnRenewed is not { } script)
        {
            if (Session.Store.ReadHook(order) is null)
            {
                return HookStatus.None;
            }

            WriteWarning($"The script of -OnRenewed has not yet run to its end for the certificate of order '{order.Name}'. Give -OnRenewed to run it.");
            return HookStatus.Pending;
        }

        // A renewal that was confirmed is confirmed with what follows it.
        var isPending = Session.Store.ReadHook(order) is not null;
        if ((isNamed || (isPending && !isRenewed)) && !await ShouldProcessAsync(order.Name, HookScript.Action).ConfigureAwait(false))
        {
            return isPending ? HookStatus.Pending : HookStatus.None;
        }

        var hooks = await HookScript.HooksAsync(this, Session, script).ConfigureAwait(false);
        var result = await hooks.RunAsync(order, cancellationToken).ConfigureAwait(false);
        if (result.Error is { } error)
        {
            _hookFailures.Enqueue(error);
            if (!_isStopping && !_isOnlyOne)
            {
                WriteError(error, order.Name);
            }
        }

        return result.Status;
    }

    private protected override StoredAccount RequireAccount(StoredServer server) => Session.RequireValidAccount(server);

    private protected override void Refuse(PoshAcmeException error, string? orderName) => Fail(orderName, error);

    private void Report(RenewalResult result)
    {
        var name = result.Candidate.Order.Name;
        if (PassThru)
        {
            // What becomes of the script is known only at the end.
            _results.Enqueue(result);
        }
        else if (result.Certificate is { } certificate)
        {
            WriteObject(OutputObjects.From(certificate));
        }
        else if (result.Status == RenewalStatus.NotDue)
        {
            WriteWarning($"Order '{name}' is not recommended for renewal yet. {result.Reason} Use -Force to override.");
        }
        else if (result.Status == RenewalStatus.Skipped)
        {
            WriteWarning($"Order '{name}' is left out. {result.Reason}");
        }

        if (result.Error is { } error)
        {
            Fail(name, error);
        }

        if (result.Certificate?.InstallFailure is { } failure)
        {
            FailToInstall(name, failure);
        }
    }

    /// <summary>The order has its certificate, so this ends nothing before all orders were tried.</summary>
    private void FailToInstall(string orderName, PoshAcmeException failure)
    {
        if (_isStopping)
        {
            _failures.Enqueue((orderName, failure));
            return;
        }

        WriteError(failure, orderName);
    }

    /// <summary>An error ends a command that stops at errors, and the other orders with it: there it waits for the end.</summary>
    private void Fail(string? orderName, Exception error)
    {
        _failures.Enqueue((orderName, error));
        if (_isStopping || _isOnlyOne)
        {
            return;
        }

        WriteError(orderName is null ? ErrorRecords.From(error) : ErrorRecords.From($"The certificate of order '{orderName}' was not renewed.", error, orderName));
    }

    private PoshAcmeException Summary()
    {
        var renewals = _failures.Select(f => f.Order is null ? f.Error.Message : $"{f.Order}: {f.Error.Message}").ToList();
        var hooks = string.Join("; ", _hookFailures.Select(e => e.Message));
        return renewals.Count == 0
            ? new(
                "HookFailed",
                ErrorKind.InvalidOperation,
                hooks,
                "Correct what is named and run the command again: it runs the script again, and issues nothing for that.",
                _hookFailures.First())
            : new(
                "RenewalFailed",
                ErrorKind.InvalidOperation,
                $"{renewals.Count} of {Candidates.Count} orders failed: {string.Join("; ", renewals)}{(hooks.Length == 0 ? string.Empty : "; " + hooks)}",
                "Correct what is named. Get-PARenewal shows when each order is tried again; -Force tries at once.",
                _failures.Select(f => f.Error).First());
    }

    private async Task<Csr> ProvideAsync(StoredOrder order, CancellationToken cancellationToken)
    {
        var given = OutputObjects.From(order);
        return await CsrInput.ReadAsync(
            await OnPipelineThreadAsync(() => CsrScript.Run(this, CsrProvider!, given)).ConfigureAwait(false), ReadFileAsync).ConfigureAwait(false);
    }

    private object? Preference(string parameter, string variable)
        => MyInvocation.BoundParameters.TryGetValue(parameter, out var given) ? given : GetVariableValue(variable);
}
