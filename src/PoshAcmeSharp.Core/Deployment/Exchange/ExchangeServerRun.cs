using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>The run of a deployment on one server.</summary>
internal sealed partial class ExchangeServerRun(ExchangeWork work, string server)
{
    private readonly List<DeploymentStep> _steps = [];
    private StoredDeployment? _record;
    private ExchangeServerState? _state;
    private PoshAcmeException? _error;
    private bool _isChanged;
    private bool _isHeld;
    private string _step = ExchangeStep.Read;

    public string Name => server;

    /// <summary>Whether a former run has done all that is wished.</summary>
    public bool IsRecorded { get; private set; }

    /// <summary>Whether the server has the certificate with all services, or would have it.</summary>
    public bool IsReady { get; private set; }

    public void LookAtRecord(ExchangeWish wish)
    {
        _record = work.Records.Find(ExchangeWork.ServerKind, server, ExchangeWork.IsSameServer);
        IsRecorded = IsReady = !wish.Verify && !wish.Force && _record?.Covers(wish.Thumbprint, wish.Wishes) == true;
        if (IsRecorded)
        {
            Add(ExchangeStep.Recorded, StepOutcome.AlreadyDone, $"This was done on {_record!.At.LocalDateTime:yyyy-MM-dd HH:mm}. -Verify looks whether it still is so.");
        }
    }

    /// <summary>Brings the certificate to the server and enables it.</summary>
    public Task DeployAsync(ExchangeWish wish, CancellationToken cancellationToken) => GuardAsync(wish, async () =>
    {
        Report("Reading its certificates");
        await ReadAsync(wish, cancellationToken).ConfigureAwait(false);
        foreach (var step in ExchangePlan.Make(server, wish, _state!, _record, work.Clock.UtcNow))
        {
            _step = step.Name;
            cancellationToken.ThrowIfCancellationRequested();
            if (step.Refusal is { } refusal)
            {
                throw refusal;
            }

            if (!step.IsNeeded)
            {
                Add(step.Name, StepOutcome.AlreadyDone, step.Message);
            }
            else if (!await DoAsync(step, wish, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        IsReady = true;
    }, cancellationToken);

    /// <summary>What comes when all servers and connectors have the certificate.</summary>
    /// <param name="wish">What is wanted.</param>
    /// <param name="areConnectorsDone">Whether no connector waits.</param>
    /// <param name="cancellationToken">Ends the run between two commands.</param>
    public Task FinishAsync(ExchangeWish wish, bool areConnectorsDone, CancellationToken cancellationToken) => GuardAsync(wish, async () =>
    {
        if (!IsReady)
        {
            return;
        }

        _step = ExchangeStep.Probe;
        if (wish.Probe)
        {
            await ProbeAsync(wish, cancellationToken).ConfigureAwait(false);
        }

        _step = ExchangeStep.RemoveOld;
        var isRemoved = wish.RemoveOld && areConnectorsDone && await RemoveOldAsync(wish, cancellationToken).ConfigureAwait(false);
        if (wish.RemoveOld && !areConnectorsDone)
        {
            Add(ExchangeStep.RemoveOld, StepOutcome.Skipped, "Former certificates stay until the connectors are bound to this one.");
        }

        if (!_isHeld)
        {
            await RememberDoneAsync(isRemoved || !wish.RemoveOld ? wish : wish with { RemoveOld = false }, cancellationToken).ConfigureAwait(false);
        }
    }, cancellationToken);

    /// <summary>The certificate as the server shows it.</summary>
    public async Task<ExchangeCertificate?> FindCertificateAsync(ExchangeWish wish, CancellationToken cancellationToken)
        => _state?.Find(wish.Thumbprint)
            ?? (await work.Commands.GetCertificatesAsync(server, cancellationToken).ConfigureAwait(false)).FirstOrDefault(c => c.Is(wish.Thumbprint));

    public void AddRange(IEnumerable<DeploymentStep> steps) => _steps.AddRange(steps);

    public void Add(string name, StepOutcome outcome, string message) => _steps.Add(new(name, outcome, message));

    /// <summary>Notes a failure; the first one is that of the server.</summary>
    public void Fail(string step, PoshAcmeException error)
    {
        Add(step, StepOutcome.Failed, error.Message);
        _error ??= error;
    }

    public ServerDeployment ToResult(ExchangeWish wish) => new(
        server,
        _error is not null ? DeploymentStatus.Failed
            : _isHeld ? DeploymentStatus.WhatIf
            : _isChanged ? DeploymentStatus.Done
            : DeploymentStatus.AlreadyDone,
        wish.Thumbprint,
        wish.Services,
        _steps,
        _error);

    /// <summary>Asks whether something may be done, and does it.</summary>
    /// <param name="step">The name of the step.</param>
    /// <param name="target">What is changed.</param>
    /// <param name="action">What is done to it.</param>
    /// <param name="doAsync">Does it, and gives what somebody should know about it, or null.</param>
    /// <returns>False when somebody did not want it; true also where it is only shown.</returns>
    public async Task<bool> ConfirmAsync(string step, string target, string action, Func<Task<string?>> doAsync)
    {
        if (!await work.ConfirmAsync(target, action).ConfigureAwait(false))
        {
            _isHeld = true;
            Add(step, work.IsWhatIf ? StepOutcome.WhatIf : StepOutcome.Skipped, work.IsWhatIf ? action + "." : action + ": not confirmed.");
            return work.IsWhatIf;
        }

        Report(action);
        var remark = await doAsync().ConfigureAwait(false);
        _isChanged = true;
        Add(step, remark is null ? StepOutcome.Done : StepOutcome.Warning, remark is null ? action + "." : $"{action}. {remark}");
        return true;
    }

    /// <summary>A failure is this server's alone. What was done until then is remembered.</summary>
    private async Task GuardAsync(ExchangeWish wish, Func<Task> doAsync, CancellationToken cancellationToken)
    {
        try
        {
            await doAsync().ConfigureAwait(false);
        }
        catch (PoshAcmeException e)
        {
            Fail(_step, e);
            IsReady = false;
            await RememberAsync(NewRecord(wish, isComplete: false), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> DoAsync(ExchangeStep step, ExchangeWish wish, CancellationToken cancellationToken)
    {
        switch (step.Name)
        {
            case ExchangeStep.Check:
                Check(wish);
                return true;
            case ExchangeStep.Import:
                return await ConfirmAsync(step.Name, server, step.Message, () => ImportAsync(wish, cancellationToken)).ConfigureAwait(false);
            case ExchangeStep.Enable:
                return await ConfirmAsync(step.Name, server, step.Message, () => EnableAsync(wish, step.Services, cancellationToken)).ConfigureAwait(false);
            case ExchangeStep.EnableSmtp:
                return await ConfirmAsync(step.Name, server, step.Message, () => EnableSmtpAsync(step, wish, cancellationToken)).ConfigureAwait(false);
            default:
                return await KeepDefaultAsync(step, wish, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Report(string status) => work.Reporter.Progress(new(ExchangeWork.Activity, $"{server}: {status}"));
}
