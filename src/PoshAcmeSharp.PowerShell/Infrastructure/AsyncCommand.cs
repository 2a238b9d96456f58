using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// The base of the commands: their work is asynchronous and runs off the pipeline thread; what it writes and asks is
/// carried back on to it. Ctrl+C cancels the work, and its clean-up still runs.
/// </summary>
/// <remarks>
/// The <c>Write…</c> methods may be called from any thread, return at once and do not throw. An exception of the work
/// ends the command with a terminating error; <see cref="WriteError(Exception, object)"/> reports one and goes on.
/// </remarks>
public abstract class AsyncCommand : PSCmdlet, IDisposable
{
    private const string DebugParameter = "Debug";

    private readonly PipelinePump _pump;
    private readonly ProgressBoard _progress;
    private readonly Questions _questions;
    private IReporter? _reporter;
    private bool _isDebugGiven;

    /// <summary>Makes a command.</summary>
    protected AsyncCommand()
    {
        _questions = new Questions(this);
        _progress = new ProgressBoard(DrawProgress);
        _pump = new PipelinePump(Questions.EndsPipeline, _progress.Draw, PipelinePump.DefaultGrace, PipelinePump.DefaultTickInterval);
    }

    /// <summary>Where the library tells what it does: the streams of this command.</summary>
    internal IReporter Reporter
        => _reporter ?? throw new InvalidOperationException("The command has not begun.");

    /// <summary>Whether the command is only to say what it would do.</summary>
    private protected bool IsWhatIf { get; private set; }

    /// <summary>The folder of the file system where the command was called: where relative paths begin.</summary>
    private protected string? CurrentFolder { get; private set; }

    /// <summary>
    /// Whether an error of <see cref="ProcessAsync"/> concerns the one input object only: it is then reported and the
    /// next object is worked on. That no server or account is chosen concerns all objects, and always ends the command:
    /// scripts find that out with try and catch.
    /// </summary>
    protected virtual bool ContinuesAfterErrors => false;

    /// <summary>Writes an object to the pipeline.</summary>
    /// <param name="sendToPipeline">The object.</param>
    public new void WriteObject(object? sendToPipeline) => WriteObject(sendToPipeline, enumerateCollection: false);

    /// <summary>Writes an object, or each object of a collection, to the pipeline.</summary>
    /// <param name="sendToPipeline">The object or collection.</param>
    /// <param name="enumerateCollection">Whether to write each object of a collection.</param>
    public new void WriteObject(object? sendToPipeline, bool enumerateCollection) => _pump.Post(() =>
    {
        // What comes after must not get more objects once it said that it has enough.
        if (!_pump.IsStopping)
        {
            base.WriteObject(sendToPipeline, enumerateCollection);
        }
    });

    /// <summary>Reports an error; the command goes on.</summary>
    /// <param name="error">The error.</param>
    /// <param name="target">What was being worked on, or null.</param>
    public void WriteError(Exception error, object? target = null) => WriteError(ErrorRecords.From(error, target));

    /// <summary>Reports an error; the command goes on.</summary>
    /// <param name="errorRecord">The error.</param>
    public new void WriteError(ErrorRecord errorRecord) => Post(() => base.WriteError(errorRecord));

    /// <summary>Writes a line for <c>-Verbose</c>.</summary>
    /// <param name="text">The line.</param>
    public new void WriteVerbose(string text) => Post(() => base.WriteVerbose(text));

    /// <summary>Writes a line for <c>-Debug</c>.</summary>
    /// <param name="text">The line.</param>
    public new void WriteDebug(string text) => Post(() => base.WriteDebug(text));

    /// <summary>Writes a warning.</summary>
    /// <param name="text">The warning.</param>
    public new void WriteWarning(string text) => Post(() => base.WriteWarning(text));

    /// <summary>Frees what the command holds.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the command holds.</summary>
    /// <param name="disposing">False when a finalizer calls.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _pump.Dispose();
        }
    }

    /// <summary>The work before the first input object.</summary>
    /// <param name="cancellationToken">Cancelled by Ctrl+C and when the pipeline ends early.</param>
    /// <returns>The work.</returns>
    protected virtual Task BeginAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The work for one input object.</summary>
    /// <param name="cancellationToken">Cancelled by Ctrl+C and when the pipeline ends early.</param>
    /// <returns>The work.</returns>
    protected virtual Task ProcessAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The work after the last input object.</summary>
    /// <param name="cancellationToken">Cancelled by Ctrl+C and when the pipeline ends early.</param>
    /// <returns>The work.</returns>
    protected virtual Task EndAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        _isDebugGiven = MyInvocation.BoundParameters.ContainsKey(DebugParameter);
        IsWhatIf = _questions.IsWhatIf();
        CurrentFolder = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        _reporter = new CommandReporter(this, _progress, IsDebugEnabled());
        Run(BeginAsync, continuesAfterErrors: false);
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(ProcessAsync, ContinuesAfterErrors);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(EndAsync, continuesAfterErrors: false);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _pump.Stop();

    /// <summary>Asks PowerShell whether a change may be made: <c>-WhatIf</c> and <c>-Confirm</c> decide.</summary>
    /// <param name="target">What would be changed.</param>
    /// <param name="action">What would be done to it.</param>
    /// <returns>True when it may be done.</returns>
    /// <exception cref="PoshAcmeException"><c>ConfirmationNeeded</c>: nobody is there to answer.</exception>
    protected Task<bool> ShouldProcessAsync(string target, string action)
        => _pump.AskAsync(() => _questions.ShouldProcess(target, action));

    /// <summary>Asks the user. The caller has looked at <c>-Force</c> before.</summary>
    /// <param name="query">The question.</param>
    /// <param name="caption">Its title.</param>
    /// <returns>True when the answer is yes.</returns>
    /// <exception cref="PoshAcmeException"><c>ConfirmationNeeded</c>: nobody is there to answer.</exception>
    protected Task<bool> ShouldContinueAsync(string query, string caption)
        => _pump.AskAsync(() => _questions.ShouldContinue(query, caption));

    /// <summary>Whether it is known that nobody is there to answer.</summary>
    private protected bool IsUnattended => _questions.IsUnattended();

    /// <summary>Shows a text and waits until the user says that it is done; Ctrl+C ends the wait.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Keeps the question from being asked; one that is asked already stays.</param>
    /// <returns>A task that ends when the user has answered.</returns>
    /// <exception cref="PoshAcmeException"><c>ConfirmationNeeded</c>: nobody is there to answer.</exception>
    protected Task WaitForUserAsync(string text, CancellationToken cancellationToken)
        => _pump.AskAsync(() =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return _questions.WaitForUser(text);
        });

    /// <summary>Does something on the pipeline thread, such as using the session state, and waits for its result.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="action">What to do.</param>
    /// <returns>The result.</returns>
    protected internal Task<T> OnPipelineThreadAsync<T>(Func<T> action) => _pump.AskAsync(action);

    /// <summary>Makes the full path of a file or folder out of what the user wrote.</summary>
    /// <param name="path">A path of the file system, relative to PowerShell's current location. It need not exist.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="PoshAcmeException"><c>NotAFilePath</c>: it lies on a drive of another provider.</exception>
    protected Task<string> ResolveFilePathAsync(string path) => _pump.AskAsync(() =>
    {
        var full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return string.Equals(provider.Name, "FileSystem", StringComparison.OrdinalIgnoreCase)
            ? full
            : throw new PoshAcmeException(
                "NotAFilePath",
                ErrorKind.InvalidArgument,
                $"'{path}' is not a path of the file system but of {provider.Name}.",
                "Give the path of a file, or change to a folder first.");
    });

    /// <summary>Shows a line to the user, as Write-Host does.</summary>
    /// <param name="text">The line.</param>
    /// <returns>A task that ends when it is shown.</returns>
    protected Task ShowAsync(string text) => _pump.AskAsync(() =>
    {
        WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]);
        return true;
    });

    /// <summary>Reads a text file that the user named, in any encoding that has a byte order mark, else UTF-8.</summary>
    /// <param name="path">The path, relative to PowerShell's current location.</param>
    /// <returns>The text.</returns>
    /// <exception cref="PoshAcmeException"><c>FileNotReadable</c>, <c>NotAFilePath</c>.</exception>
    protected async Task<string> ReadTextFileAsync(string path)
    {
        using var reader = new StreamReader(new MemoryStream(await ReadFileAsync(path).ConfigureAwait(false)), detectEncodingFromByteOrderMarks: true);
        return await reader.ReadToEndAsync().ConfigureAwait(false);
    }

    /// <summary>Reads a file that the user named.</summary>
    /// <param name="path">The path, relative to PowerShell's current location.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="PoshAcmeException"><c>FileNotReadable</c>, <c>NotAFilePath</c>.</exception>
    protected async Task<byte[]> ReadFileAsync(string path)
    {
        var full = await ResolveFilePathAsync(path).ConfigureAwait(false);
        try
        {
            using var stream = File.OpenRead(full);
            using var content = new MemoryStream();
            await stream.CopyToAsync(content).ConfigureAwait(false);
            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PoshAcmeException(
                "FileNotReadable",
                ErrorKind.ReadError,
                $"The file '{full}' cannot be read: {e.Message}",
                "Check the path and the rights to the file.",
                e);
        }
    }

    private void Run(Func<CancellationToken, Task> work, bool continuesAfterErrors)
    {
        try
        {
            _pump.Run(work);
        }
        catch (Exception e) when (!Questions.EndsPipeline(e))
        {
            if (continuesAfterErrors && e is PoshAcmeException { ErrorId: not ("NoServer" or "NoAccount") })
            {
                base.WriteError(ErrorRecords.From(e));
                return;
            }

            ThrowTerminatingError(ErrorRecords.From(e));
        }
        finally
        {
            ClearProgress();
        }
    }

    private void ClearProgress()
    {
        try
        {
            _progress.Clear();
        }
        catch (Exception e) when (Questions.EndsPipeline(e))
        {
            // The pipeline is stopping; its host takes the progress away itself.
        }
    }

    private bool IsDebugEnabled()
        => _isDebugGiven
            ? LanguagePrimitives.IsTrue(MyInvocation.BoundParameters[DebugParameter])
            : LanguagePrimitives.TryConvertTo(GetVariableValue("DebugPreference"), CultureInfo.InvariantCulture, out ActionPreference preference)
                && preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    private void Post(Action write) => _pump.Post(() => Write(write));

    private void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (_isDebugGiven && e is (HostException or PSInvalidOperationException))
        {
            // -Debug makes PowerShell ask after every verbose line, warning and error whether to go on. It fails where
            // nobody can answer; the line itself is written by then.
        }
    }

    private void DrawProgress(int id, int parent, ProgressUpdate update)
    {
        // PowerShell refuses an empty text.
        var record = new ProgressRecord(id, update.Activity, string.IsNullOrEmpty(update.Status) ? " " : update.Status)
        {
            PercentComplete = Math.Max(-1, Math.Min(100, update.PercentComplete)),
            SecondsRemaining = Math.Max(-1, update.SecondsRemaining),
            RecordType = update.IsCompleted ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
        if (parent >= 0)
        {
            record.ParentActivityId = parent;
        }

        Write(() => WriteProgress(record));
    }
}
