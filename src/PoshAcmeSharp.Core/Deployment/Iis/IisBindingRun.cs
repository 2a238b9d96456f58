namespace PoshAcmeSharp.Deployment.Iis;

/// <summary>The run of a deployment at one binding.</summary>
internal sealed class IisBindingRun(IisBinding binding, string thumbprint, Func<string, string, Task<bool>> confirmAsync, bool isWhatIf)
{
    private readonly List<DeploymentStep> _steps = [];
    private PoshAcmeException? _error;
    private bool _isChanged;
    private bool _isHeld;

    /// <summary>The binding, as a new one would be.</summary>
    public IisBinding Binding => binding;

    /// <summary>The certificate that it had before; null when there was none, or no change.</summary>
    public string? OldThumbprint { get; set; }

    /// <summary>The step that an error belongs to.</summary>
    public string Step { get; set; } = IisStep.Bind;

    public bool HasFailed => _error is not null;

    public void Add(string name, StepOutcome outcome, string message) => _steps.Add(new(name, outcome, message));

    public void Fail(string step, PoshAcmeException error)
    {
        Add(step, StepOutcome.Failed, error.Message);
        _error ??= error;
    }

    /// <summary>Notes what was not wanted.</summary>
    public void Hold(string step, string message)
    {
        _isHeld = true;
        Add(step, StepOutcome.Skipped, message);
    }

    /// <summary>A failure is this binding's alone.</summary>
    public async Task GuardAsync(Func<Task> doAsync)
    {
        try
        {
            await doAsync().ConfigureAwait(false);
        }
        catch (PoshAcmeException e)
        {
            Fail(Step, e);
        }
    }

    /// <summary>Asks whether something may be done, and does it.</summary>
    /// <returns>False when somebody did not want it; true also where it is only shown.</returns>
    public async Task<bool> ConfirmAsync(string step, string target, string action, Func<Task> doAsync)
    {
        if (!await confirmAsync(target, action).ConfigureAwait(false))
        {
            _isHeld = true;
            Add(step, isWhatIf ? StepOutcome.WhatIf : StepOutcome.Skipped, isWhatIf ? action + "." : action + ": not confirmed.");
            return isWhatIf;
        }

        await doAsync().ConfigureAwait(false);
        _isChanged = true;
        Add(step, StepOutcome.Done, action + ".");
        return true;
    }

    public IisBindingDeployment ToResult() => new(
        binding.Site,
        binding.Information,
        _error is not null ? DeploymentStatus.Failed
            : _isHeld ? DeploymentStatus.WhatIf
            : _isChanged ? DeploymentStatus.Done
            : DeploymentStatus.AlreadyDone,
        thumbprint,
        OldThumbprint,
        _steps,
        _error);
}
