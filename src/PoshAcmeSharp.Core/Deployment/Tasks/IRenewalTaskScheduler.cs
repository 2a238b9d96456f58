namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>A scheduler that renewal tasks can be registered with. What somebody else has registered is left alone.</summary>
public interface IRenewalTaskScheduler
{
    /// <summary>Which one it is.</summary>
    TaskSchedulerKind Kind { get; }

    /// <summary>The renewal tasks that are registered, sorted by name.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<IReadOnlyList<RenewalTask>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Whether a task is registered exactly as it is to be.</summary>
    /// <param name="definition">The task.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<bool> IsRegisteredAsync(RenewalTaskDefinition definition, CancellationToken cancellationToken);

    /// <summary>Registers a task, in the place of the renewal task of the same name if there is one.</summary>
    /// <param name="definition">The task.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="PoshAcmeException"><c>TaskNameTaken</c>: something else has the name; the scheduler refused.</exception>
    Task RegisterAsync(RenewalTaskDefinition definition, CancellationToken cancellationToken);

    /// <summary>Takes a renewal task away, and all that was registered with it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="PoshAcmeException">The scheduler refused.</exception>
    Task UnregisterAsync(string name, CancellationToken cancellationToken);
}
